#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// Key files on disk, with the checks OpenSSH makes before it trusts one.
enum PrivateKeyFile {
    /// As OpenSSH's `MAX_KEY_FILE_SIZE`.
    static let maximumBytes = 1024 * 1024

    /// Reads a private key's file into memory that is overwritten after use.
    ///
    /// - Throws: `.tooOpen` where the file belongs to us and its group or others have any access to it. A file of another
    ///   owner is not judged, as in OpenSSH: that is how a system shares one on purpose.
    static func load(_ path: String) throws(PrivateKeyError) -> SecretBytes {
        try contents(of: path, isPrivate: true)
    }

    /// Reads a key's file; only that of a private key must be closed to others.
    static func contents(of path: String, isPrivate: Bool) throws(PrivateKeyError) -> SecretBytes {
        // Not blocking: a FIFO without a writer would hold us up for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unreadable(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw PrivateKeyError(.unreadable, source: path, reason: "it is not a regular file")
        }
        guard !isPrivate || status.st_uid != getuid() || status.st_mode & 0o077 == 0 else {
            throw PrivateKeyError(
                .tooOpen, source: path,
                reason: "others than its owner have access to it (mode 0\(String(status.st_mode & 0o777, radix: 8)))",
                hint: "run `chmod 600 \(path)`")
        }
        guard status.st_size <= maximumBytes else {
            throw PrivateKeyError(
                .malformed, source: path, reason: "it is too large for a key (\(status.st_size) bytes)")
        }
        var bytes = SecretBytes(capacity: Int(status.st_size))
        try bytes.fill { (buffer) throws(PrivateKeyError) in
            var count = 0
            while count < buffer.count {
                let length = read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
                if length < 0 && errno == EINTR { continue }
                guard length >= 0 else { throw unreadable(path, errno) }
                if length == 0 { break }
                count += length
            }
            return count
        }
        return bytes
    }

    private static func unreadable(_ path: String, _ code: Int32) -> PrivateKeyError {
        PrivateKeyError(.unreadable, source: path, reason: String(cString: strerror(code)))
    }
}
