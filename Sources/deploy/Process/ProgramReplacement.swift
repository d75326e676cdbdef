#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Hands this process over to another program, with its terminal and its signals.
enum ProgramReplacement {
    /// Returns only where the program cannot be started: why.
    ///
    /// - Parameters:
    ///   - argv: the program, looked up in `PATH`, and its arguments.
    ///   - withheldVariables: the names of variables that it does not see.
    static func replaceThisProcess(by argv: [String], withholding withheldVariables: Set<String>) -> String {
        guard let program = argv.first else { return "it has no name" }
        // Ignored signals stay ignored in the next program.
        signal(SIGPIPE, SIG_DFL)
        for name in withheldVariables { unsetenv(name) }
        var words: [UnsafeMutablePointer<CChar>?] = argv.map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        execvp(program, words)
        return String(cString: strerror(errno))
    }
}
