/// The version of an rsync, from the first line of `rsync --version`.
struct RsyncVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The oldest that reports progress as one whole (`--info=progress2`, 2013).
    static let oldestHere = RsyncVersion(major: 3, minor: 1, patch: 0)
    /// The oldest that receives its arguments apart from the command line (`--protect-args`, 2008).
    static let oldestOnHosts = RsyncVersion(major: 3, minor: 0, patch: 0)

    var major: Int
    var minor: Int
    var patch: Int

    init(major: Int, minor: Int, patch: Int) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// Reads `rsync  version 3.2.7  protocol version 31`; `nil` for anything else, such as openrsync's line.
    init?(line: String) {
        let words = line.split(separator: " ")
        guard words.count >= 3, words[0] == "rsync", words[1] == "version" else { return nil }
        let numbers = words[2].drop { $0 == "v" }.split(separator: ".").map { Int($0.prefix { $0.isNumber }) ?? 0 }
        guard let major = numbers.first, major > 0 else { return nil }
        self.init(
            major: major, minor: numbers.count > 1 ? numbers[1] : 0, patch: numbers.count > 2 ? numbers[2] : 0)
    }

    var description: String { "\(major).\(minor).\(patch)" }

    static func < (left: RsyncVersion, right: RsyncVersion) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }
}
