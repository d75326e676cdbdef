#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// `ssh_config` files on disk.
struct ClientConfigDisk: ClientConfigFiles {
    func contents(of path: String, mustBeSafe: Bool) throws(ClientConfigError) -> [UInt8]? {
        // Not blocking: a FIFO without a writer would hold us up for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            // Nothing to read, as in OpenSSH; any other reason hides settings that the user counts on.
            if [ENOENT, ENOTDIR].contains(errno) { return nil }
            throw unreadable(path, errno)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unreadable(path, errno) }
        if mustBeSafe, !Self.isSafe(status) {
            throw ClientConfigError(
                nil, "`\(path)` is refused: it belongs to another user, or others can write to it (`chmod go-w` helps)")
        }
        return try read(descriptor, path)
    }

    func paths(matching pattern: String) -> [String] {
        var result = glob_t()
        defer { globfree(&result) }
        guard glob(pattern, 0, nil, &result) == 0 else { return [] }
        return (0..<Int(result.gl_pathc)).compactMap { result.gl_pathv[$0].map { String(cString: $0) } }
    }

    func homeDirectory(of user: String) -> String? { Account(named: user)?.homeDirectory }

    // MARK: Private

    private func read(_ descriptor: CInt, _ path: String) throws(ClientConfigError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = chunk.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // A folder reads as nothing for OpenSSH.
            if count < 0, errno == EISDIR { return [] }
            guard count >= 0 else { throw unreadable(path, errno) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= ClientConfigParser.maximumBytes else {
                throw ClientConfigError(nil, "`\(path)` is too large for an ssh_config")
            }
        }
    }

    /// OpenSSH's `secure_permissions` as Debian builds it: the group may write where it is the owner's alone.
    private static func isSafe(_ status: stat) -> Bool {
        guard status.st_uid == 0 || status.st_uid == getuid(), status.st_mode & S_IWOTH == 0 else { return false }
        guard status.st_mode & S_IWGRP != 0 else { return true }
        guard let owner = Account(id: status.st_uid) else { return false }
        return owner.hasPrivateGroup(status.st_gid)
    }

    private func unreadable(_ path: String, _ code: Int32) -> ClientConfigError {
        ClientConfigError(nil, "`\(path)` cannot be read: \(String(cString: strerror(code)))")
    }
}

private func systemRead(_ descriptor: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
