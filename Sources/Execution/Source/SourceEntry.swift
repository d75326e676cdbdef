/// One file, link or directory of the source, as it was when it was looked at.
struct SourceEntry: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case directory
        case file(sizeBytes: Int64, isExecutable: Bool)
        case link(target: [UInt8])
    }

    /// Relative to the source, without a leading slash. Bytes, because a file's name need not be UTF-8.
    var path: [UInt8]
    var kind: Kind
    /// Changes with every change of the file.
    var stamp: Stamp

    /// What stat(2) says of a file that changes whenever the file does.
    struct Stamp: Sendable, Hashable {
        var inode: UInt64
        var modified: Moment
        /// Set by the kernel alone, so that not even `touch -d` hides a change.
        var changed: Moment
    }

    struct Moment: Sendable, Hashable {
        var seconds: Int64
        var nanoseconds: Int64
    }
}
