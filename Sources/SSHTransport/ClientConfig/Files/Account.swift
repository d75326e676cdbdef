#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif
#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// An account of this machine: from passwd(5), and where that does not hold it from what the name service switch asks
/// besides, which may be a directory service on the network.
struct Account: Sendable, Hashable {
    let name: String
    let id: UInt32
    let homeDirectory: String
    private let groupID: UInt32

    /// The account this process runs as.
    static var current: Account? { Account(id: getuid()) }

    init?(id: UInt32) {
        if let local = Self.localAccounts.first(where: { $0.id == id }) {
            self = local
        } else {
            self.init { getpwuid_r(id, $0, $1, $2, $3) }
        }
    }

    init?(named name: String) {
        if let local = Self.localAccounts.first(where: { $0.name == name }) {
            self = local
        } else {
            self.init { getpwnam_r(name, $0, $1, $2, $3) }
        }
    }

    /// One line of passwd(5): `name:password:uid:gid:comment:home:shell`.
    init?(passwdLine line: some StringProtocol) {
        let fields = line.split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count == 7, !fields[0].isEmpty, let id = UInt32(fields[2]), let group = UInt32(fields[3]) else {
            return nil
        }
        name = String(fields[0])
        self.id = id
        groupID = group
        homeDirectory = String(fields[5])
    }

    /// Whether a group is the account's own and has no other members, as `adduser` makes them.
    func hasPrivateGroup(_ group: UInt32) -> Bool {
        guard group == groupID else { return false }
        var entry = OpenGroup()
        var result: UnsafeMutablePointer<OpenGroup>?
        var buffer = [CChar](repeating: 0, count: Self.bufferBytes)
        guard getgrgid_r(group, &entry, &buffer, buffer.count, &result) == 0, result != nil,
            String(cString: entry.gr_name) == name
        else { return false }
        var members = entry.gr_mem
        while let member = members?.pointee {
            guard String(cString: member) == name else { return false }
            members = members?.advanced(by: 1)
        }
        return true
    }

    // MARK: Private

    /// Read once: a fleet's hosts may all name files of accounts.
    private static let localAccounts: [Account] =
        ((try? String(contentsOfFile: "/etc/passwd", encoding: .utf8)) ?? "").split(separator: "\n")
        .compactMap { Account(passwdLine: $0) }

    private typealias OpenGroup = group
    private static let bufferBytes = 64 * 1024

    private init?(
        _ lookUp: (
            UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
            UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
        ) -> Int32
    ) {
        var entry = passwd()
        var result: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: Self.bufferBytes)
        let status = buffer.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.map { lookUp(&entry, $0, buffer.count, &result) } ?? ERANGE
        }
        guard status == 0, result != nil, let name = entry.pw_name, let home = entry.pw_dir else { return nil }
        self.name = String(cString: name)
        self.id = entry.pw_uid
        self.homeDirectory = String(cString: home)
        self.groupID = entry.pw_gid
    }
}
