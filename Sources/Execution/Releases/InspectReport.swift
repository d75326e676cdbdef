import DeployModel

/// What ``InspectCommand`` found on a host.
struct InspectReport: Sendable, Hashable {
    enum Directory: String, Sendable, Hashable {
        case writable, creatable
        case notWritable = "not_writable"
        case notDirectory = "not_directory"
        case creatableBySudo = "creatable_by_sudo"
        case notCreatable = "not_creatable"
    }

    var inventory: ReleaseInventory
    var user = ""
    var isRoot = false
    var destination: Directory?
    var releases: Directory?
    var linkDirectory: Directory?
    /// The directory that releases are copied over, with `layout: in_place`.
    var applied: Directory?
    /// Shared files that are not there.
    var missingShared: [String] = []
    /// What else lies in the destination; at most 20 names.
    var others: [String] = []
    var freeBytes: Int64?
    /// `nil` too where the file system does not count them.
    var freeInodes: Int64?
    /// The first line of `rsync --version`; `nil` without rsync.
    var rsync: String?
    /// For each refused need what sudo was asked: `restart acebook`, `shell app`, `chown app:www`.
    var refusedSudo: [String] = []
    /// The id under which a real directory in the link's place may become a release; `nil`: it is refused.
    var adoptedID: ReleaseID?

    init(output: String) {
        inventory = ReleaseInventory(output: output)
        for line in output.split(separator: "\n") {
            guard let space = line.firstIndex(of: " ") else { continue }
            let value = String(line[line.index(after: space)...])
            switch line[..<space] {
            case "user": user = value
            case "uid": isRoot = value == "0"
            case "destination": destination = Directory(rawValue: value)
            case "releases": releases = Directory(rawValue: value)
            case "link_directory": linkDirectory = Directory(rawValue: value)
            case "applied": applied = Directory(rawValue: value)
            case "shared_missing": missingShared.append(value)
            case "also": others.append(value)
            case "blocks":
                freeBytes = Self.available(value).map { $0.multipliedReportingOverflow(by: 1024).partialValue }
            case "inodes": freeInodes = Self.available(value)
            case "rsync": rsync = value
            case "sudo_refused": refusedSudo.append(value)
            default: break
            }
        }
    }

    /// The fourth column of `df -P`, counted from the percentage, because a file system's name may hold spaces.
    ///
    ///     /dev/vda        263174212 18874368  233300000       8% /
    private static func available(_ line: String) -> Int64? {
        let fields = line.split(separator: " ")
        guard let percent = fields.lastIndex(where: { $0.hasSuffix("%") && $0.dropLast().allSatisfy(\.isNumber) }),
            percent >= 2, let available = Int64(fields[percent - 1]), let used = Int64(fields[percent - 2])
        else { return nil }
        // A file system without a count of inodes shows zeros.
        return available == 0 && used == 0 ? nil : available
    }
}
