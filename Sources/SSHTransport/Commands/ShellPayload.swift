/// What goes over the wire for a ``ShellScript``: a constant command line, and everything else on standard input.
///
/// The shell that reads it first reports its process id and its process group on a marker line, which is how the command can be
/// killed later. Then it runs the script in a subshell without access to the rest of the input, so that neither `exit`,
/// nor `exec`, nor a command that reads its standard input can keep it from the last marker line with the exact status.
/// The script is one quoted word for `eval`: no syntax error and no unbalanced brace in it can reach the lines around it.
/// A marker starts with a nonce of 128 random bits and ends with its line.
package struct ShellPayload: Sendable, Equatable {
    /// The remote command line; every login shell reads it alike.
    package var line: String
    package var standardInput: String

    /// Builds the payload.
    ///
    /// - Throws: What cannot be sent faithfully. Nothing is changed silently.
    package init(_ script: ShellScript, nonce: MarkerNonce) throws(ShellPayloadError) {
        try Self.validate(script)
        let password = script.usesSudo ? script.sudoPassword : nil
        line = "/bin/sh -s"
        if let user = script.user, password == nil { line = "sudo -n -u \(user) -- /bin/sh -s" }
        let exports = script.environment.sorted { $0.key < $1.key }
            .map { "export \($0.key)=\(ShellQuoting.quote($0.value))\n" }
        let arguments = script.arguments.map { " " + ShellQuoting.quote($0) }
        // `set -e` would not apply in a subshell that is part of an `||` or `if`, hence the plain `$?` after it.
        let payload = """
            g=
            if [ -r /proc/$$/stat ]; then read -r g </proc/$$/stat; g=${g##*\\) }; g=${g#* }; g=${g#* }; g=${g%% *}; fi
            echo \(nonce):$$:$g
            (
            \(exports.joined())set --\(arguments.joined())
            \(script.isStrict ? "set -eu\n" : "")eval \(ShellQuoting.quote(script.text))
            ) </dev/null
            g=$?
            echo \(nonce)=$g
            exit $g

            """
        standardInput = password.map { Self.asking(payload, as: script.user, password: $0) } ?? payload
    }

    private static func validate(_ script: ShellScript) throws(ShellPayloadError) {
        if script.text.utf8.contains(0) { throw .nul(in: "the script") }
        for (index, argument) in script.arguments.enumerated() where argument.utf8.contains(0) {
            throw .nul(in: "argument \(index + 1)")
        }
        for (name, value) in script.environment {
            guard ShellQuoting.isVariableName(name) else { throw .variableName(name) }
            if value.utf8.contains(0) { throw .nul(in: "the variable `\(name)`") }
        }
        if let user = script.user, !ShellQuoting.isUserName(user) { throw .userName(user) }
        if let password = script.sudoPassword?.exposed, password.utf8.contains(where: { $0 == 0 || $0 == 10 }) {
            throw .nul(in: "sudo's password")
        }
    }
}

/// Why a script cannot be sent.
package enum ShellPayloadError: Error, Equatable, CustomStringConvertible {
    /// A shell ends or drops text at a NUL.
    case nul(in: String)
    case variableName(String)
    case userName(String)

    package var description: String {
        switch self {
        case .nul(let place): "\(place) contains a NUL byte, which no shell can hold"
        case .variableName(let name): "`\(name.debugDescription)` is no name for a shell variable"
        case .userName(let name): "`\(name.debugDescription)` is no name for an account"
        }
    }
}

/// The random text a payload's markers start with: a record separator (U+001E), which is rare in output and quick to find, and 32
/// hexadecimal digits.
package struct MarkerNonce: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init(using generator: inout some RandomNumberGenerator) {
        let digits = Array("0123456789abcdef")
        description = "\u{1E}" + String((0..<32).map { _ in digits[Int.random(in: 0..<16, using: &generator)] })
    }

    package init() {
        var generator = SystemRandomNumberGenerator()
        self.init(using: &generator)
    }
}
