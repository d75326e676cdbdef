#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

extension SourceEntry {
    /// Why a file of the source could not be read.
    struct ReadingError: Error {
        var path: [UInt8]
        var errorNumber: Int32
    }

    /// Looks at one file below `root`; `nil` for what cannot be part of a release: sockets, pipes and devices.
    static func read(_ path: [UInt8], below root: [UInt8]) throws(ReadingError) -> SourceEntry? {
        var info = stat()
        let absolute = cString(path, below: root)
        guard lstat(absolute, &info) == 0 else { throw ReadingError(path: path, errorNumber: errno) }
        let kind: Kind
        switch info.st_mode & S_IFMT {
        case S_IFDIR:
            kind = .directory
        case S_IFREG:
            kind = .file(sizeBytes: Int64(info.st_size), isExecutable: info.st_mode & 0o111 != 0)
        case S_IFLNK:
            // A link's size is its target's length; one byte more shows that it grew meanwhile, which the stamp tells.
            var target = [CChar](repeating: 0, count: Int(clamping: info.st_size) + 1)
            let length = readlink(absolute, &target, target.count)
            guard length >= 0 else { throw ReadingError(path: path, errorNumber: errno) }
            kind = .link(target: target.prefix(length).map { UInt8(bitPattern: $0) })
        default:
            return nil
        }
        return SourceEntry(path: path, kind: kind, stamp: Stamp(info))
    }

    /// The path as C wants it.
    static func cString(_ path: [UInt8], below root: [UInt8]) -> [CChar] {
        (root + [UInt8(ascii: "/")] + path + [0]).map { CChar(bitPattern: $0) }
    }
}

extension SourceEntry.Stamp {
    fileprivate init(_ info: stat) {
        #if canImport(Darwin)
        let (modified, changed) = (info.st_mtimespec, info.st_ctimespec)
        #else
        let (modified, changed) = (info.st_mtim, info.st_ctim)
        #endif
        self.init(
            inode: UInt64(info.st_ino), modified: .init(modified), changed: .init(changed))
    }
}

extension SourceEntry.Moment {
    fileprivate init(_ time: timespec) {
        self.init(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }
}
