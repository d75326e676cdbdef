/// The one place where text becomes part of shell source.
package enum ShellQuoting {
    /// Quotes `text` as one word for a POSIX shell (POSIX.1-2024, Shell Command Language, 2.2.2 Single-Quotes).
    ///
    /// Only for text that `/bin/sh` reads, never for a remote command line: fish and csh treat backslashes and newlines inside
    /// single quotes differently. The caller refuses NUL, which no shell can hold.
    package static func quote(_ text: String) -> String {
        var quoted = "'"
        for scalar in text.unicodeScalars {
            if scalar == "'" {
                quoted += #"'\''"#
            } else {
                quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "'"
    }

    /// Whether `name` can be assigned to in every POSIX shell.
    package static func isVariableName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !isDigit(first) else { return false }
        return name.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    /// Whether `name` may stand in a remote command line as the name of an account.
    package static func isUserName(_ name: String) -> Bool {
        guard let first = name.utf8.first, first != UInt8(ascii: "-") else { return false }
        return name.utf8.allSatisfy { isLetter($0) || isDigit($0) || "._-".utf8.contains($0) }
    }

    /// Whether every login shell (sh, bash, dash, zsh, ksh, fish, csh) splits `line` at its spaces and reads each word as it
    /// stands.
    ///
    /// Words are made of `[A-Za-z0-9/._@:+,=-]`. None starts with `=` (zsh expands `=name` to a path), and the first has no
    /// `=` (an assignment) and no leading `-`.
    package static func isConstantLine(_ line: String) -> Bool {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard let command = words.first, !command.contains("="), !command.hasPrefix("-"), !command.hasPrefix("@") else {
            return false
        }
        return words.allSatisfy { word in
            !word.isEmpty && !word.hasPrefix("=")
                && word.utf8.allSatisfy { isLetter($0) || isDigit($0) || "/._@:+,=-".utf8.contains($0) }
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
