#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

extension ClientConfigEnvironment {
    /// The account and the machine of this process.
    ///
    /// - Parameters:
    ///   - variables: the process's environment.
    ///   - withheldVariables: the names of those that the commands of `Match exec` do not see.
    package static func current(
        variables: [String: String], withholding withheldVariables: Set<String>
    ) -> ClientConfigEnvironment {
        let account = Account.current
        let commands = MatchCommands(
            shell: variables["SHELL"], withholding: withheldVariables, limit: .seconds(30))
        return ClientConfigEnvironment(
            userName: account?.name ?? variables["USER"] ?? "\(getuid())", userID: getuid(),
            homeDirectory: account?.homeDirectory ?? variables["HOME"] ?? "/", hostName: machineName(),
            variables: variables,
            homeOfUser: { Account(named: $0)?.homeDirectory },
            matches: { try await commands.holds($0) },
            canonicalName: { await CanonicalNameLookup.canonicalName(of: $0) })
    }

    private static func machineName() -> String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
