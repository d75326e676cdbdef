/// The text of a release's `env_file`: `NAME=value` lines for systemd's `EnvironmentFile=` (systemd.exec(5)), which a POSIX
/// shell reads alike.
///
/// A plain value stands as it is, so that dotenv readers take it too. Any other is put in double quotes, with a backslash
/// before each of the four characters that both systemd and the shell look at there; a line end stays one.
enum EnvironmentFile {
    static func text(_ variables: [String: String]) -> String {
        variables.sorted { $0.key < $1.key }.map { "\($0.key)=\(quoted($0.value))\n" }.joined()
    }

    // MARK: Private

    private static func quoted(_ value: String) -> String {
        let isPlain = value.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "_-.,/:@%+=".utf8.contains(byte)
            }
        }
        guard !isPlain else { return value }
        var text = "\""
        for scalar in value.unicodeScalars {
            if "\"\\`$".unicodeScalars.contains(scalar) { text += "\\" }
            text.unicodeScalars.append(scalar)
        }
        return text + "\""
    }
}
