extension Duration {
    /// For messages: `500 ms`, `1.5 s`, `10 s`.
    var text: String {
        let milliseconds = max(0, Int((self / .milliseconds(1)).rounded()))
        guard milliseconds >= 1_000 else { return "\(milliseconds) ms" }
        let tenths = (milliseconds + 50) / 100
        return tenths.isMultiple(of: 10) ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}
