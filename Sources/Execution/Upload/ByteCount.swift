/// Sizes for people.
enum ByteCount {
    /// `512 B`, `3.4 MB`, `12 GB`: powers of a thousand, two digits at least.
    static func text(_ bytes: Int64) -> String {
        let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
        var value = Double(bytes)
        var unit = 0
        while value >= 999.5, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        let tenths = (value * 10).rounded() / 10
        let number = unit == 0 || tenths >= 10 ? "\(Int(value.rounded()))" : "\(tenths)"
        return "\(number) \(units[unit])"
    }
}
