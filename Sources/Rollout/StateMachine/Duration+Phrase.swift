extension Duration {
    /// For messages: `250 ms`, `4.5 s`, `90 s`.
    var phrase: String {
        let milliseconds = self / .milliseconds(1)
        guard milliseconds >= 1000 else { return "\(Int(milliseconds.rounded())) ms" }
        let tenths = Int((milliseconds / 100).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}
