import Reporting
import SSHTransport

/// How this program was called, as commands to copy.
enum InvocationText {
    /// - Parameter options: what belongs to any command on the same fleet, for instance `-i hosts.yml`.
    static func invocation(_ arguments: [String], options: [String]) -> Invocation {
        Invocation(
            program: "deploy", options: line(options), whole: line(["deploy"] + arguments))
    }

    /// Words as a person would type them for a POSIX shell: quoted only where that is needed.
    static func line(_ words: [String]) -> String {
        words.map { word in
            let isPlain = !word.isEmpty && word.utf8.allSatisfy(plainBytes.contains)
            return isPlain ? word : ShellQuoting.quote(word)
        }.joined(separator: " ")
    }

    private static let plainBytes = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,@%+".utf8)
}
