import TestSupport

/// The program whose hidden command stands in for ssh: `deploy`, built beside these tests.
enum RemoteShellProgram {
    static var path: String { get throws { try Repository.product("deploy") } }
    static var words: [String] { get throws { [try path, "rsh"] } }
}
