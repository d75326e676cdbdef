/// What a line gives its keyword, read and checked but not expanded.
enum ClientConfigValue: Hashable, Sendable {
    case flag(Bool)
    /// One of a few words, as `ssh -G` spells it.
    case choice(String)
    case integer(Int)
    case seconds(Int)
    /// A time of `none`: for OpenSSH as if the line were not there.
    case noTime
    case text(String)
    case texts([String])
    case route(JumpRoute)
    /// Names of algorithms, with the `+`, `-` or `^` before them.
    case algorithms(AlgorithmList)
}
