/// The names of signals, as RFC 4254, 6.10 writes them: without `SIG`.
enum SignalName {
    /// The signal that a shell reports as its child's status 128 + n; numbers that differ between systems stay numbers.
    static func ofShellStatus(_ status: Int) -> String? {
        guard (129...192).contains(status) else { return nil }
        let number = status - 128
        return names[number] ?? String(number)
    }

    private static let names = [
        1: "HUP", 2: "INT", 3: "QUIT", 4: "ILL", 6: "ABRT", 8: "FPE", 9: "KILL", 11: "SEGV", 13: "PIPE", 14: "ALRM",
        15: "TERM",
    ]
}
