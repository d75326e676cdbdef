#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Finds programs on this machine as a shell does.
enum ProgramSearch {
    /// The path of `program`: the first directory of `searchPath` that holds it as an executable file. A name with a slash
    /// is a path already. `nil` where there is none.
    ///
    /// Starting a child for each directory until one succeeds, as posix_spawnp(3) and its like may, costs a fork each.
    static func path(of program: String, in searchPath: String?) -> String? {
        guard !program.isEmpty else { return nil }
        guard !program.contains("/") else { return program }
        // An empty entry is the working directory, which nobody means: passed over.
        return (searchPath ?? "/usr/bin:/bin").split(separator: ":").lazy.map { "\($0)/\(program)" }.first(
            where: isProgram)
    }

    private static func isProgram(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
}
