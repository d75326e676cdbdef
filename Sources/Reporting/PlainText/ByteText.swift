/// Sizes for people, in powers of 1,000: `512 B`, `3.4 MB`, `12 GB`.
package enum ByteText {
    package static func text(_ bytes: Int64) -> String {
        let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
        var value = Double(max(0, bytes))
        var unit = 0
        // 999.5 kB would be rounded to 1000 kB.
        while value >= 999.5, unit < units.count - 1 {
            value /= 1_000
            unit += 1
        }
        let tenths = Int((value * 10).rounded())
        let isFraction = unit > 0 && tenths < 100 && tenths % 10 != 0
        let number = isFraction ? "\(tenths / 10).\(tenths % 10)" : "\(Int(value.rounded()))"
        return "\(number) \(units[unit])"
    }
}
