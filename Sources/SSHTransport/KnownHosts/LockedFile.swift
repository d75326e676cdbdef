#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// A small file that is open and locked (flock(2)) until it is closed; made for its owner alone if there was none.
struct LockedFile {
    /// Larger than any `known_hosts`.
    static let maximumBytes = 64 * 1024 * 1024

    private let path: String
    private let descriptor: CInt

    /// - Throws: where the file cannot be opened, or another process holds the lock beyond the deadline.
    static func open(_ path: String, deadline: Duration) async throws(KnownHostsFileError) -> LockedFile {
        let end = ContinuousClock.now + deadline
        while true {
            let file = LockedFile(path: path, descriptor: try descriptor(of: path))
            if flock(file.descriptor, LOCK_EX | LOCK_NB) == 0, file.isCurrent { return file }
            file.close()
            guard ContinuousClock.now < end else {
                throw KnownHostsFileError(path: path, reason: "another process has had it locked for \(deadline)")
            }
            do {
                try await Task.sleep(for: .milliseconds(20))
            } catch {
                throw KnownHostsFileError(path: path, reason: "the task was cancelled while it waited for the lock")
            }
        }
    }

    func read() throws(KnownHostsFileError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = chunk.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress, $0.count, off_t(bytes.count))
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("it cannot be read") }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= Self.maximumBytes else {
                throw KnownHostsFileError(path: path, reason: "it is too large")
            }
        }
    }

    /// Adds whole lines at the end, behind a line end that may be missing.
    ///
    /// - Parameter contents: what the file holds.
    func append(_ lines: String, after contents: [UInt8]) throws(KnownHostsFileError) {
        let isOpenLine = contents.last.map { $0 != UInt8(ascii: "\n") } ?? false
        try write(Array(((isOpenLine ? "\n" : "") + lines).utf8), to: descriptor)
    }

    /// Puts a new file in the place of this one, with the same mode; through a symbolic link, in the place of its target.
    func replace(with contents: [UInt8]) throws(KnownHostsFileError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("it cannot be replaced") }
        guard let resolved = realpath(path, nil) else { throw failure("it cannot be replaced") }
        defer { free(resolved) }
        let target = String(cString: resolved)
        var template = Array((target + ".XXXXXX").utf8CString)
        let new = mkstemp(&template)
        guard new >= 0 else { throw failure("no file can be made beside it") }
        defer { _ = systemClose(new) }
        do throws(KnownHostsFileError) {
            guard fchmod(new, status.st_mode & 0o777) == 0 else { throw failure("it cannot be replaced") }
            try write(contents, to: new)
            guard rename(template, target) == 0 else { throw failure("it cannot be replaced") }
        } catch {
            unlink(template)
            throw error
        }
    }

    func close() {
        _ = systemClose(descriptor)
    }

    // MARK: Private

    private static func descriptor(of path: String) throws(KnownHostsFileError) -> CInt {
        let flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK
        var descriptor = systemOpen(path, flags, 0o600)
        if descriptor < 0, errno == ENOENT, let slash = path.lastIndex(of: "/") {
            // `~/.ssh` may not be there yet.
            mkdir(String(path[..<slash]), 0o700)
            descriptor = systemOpen(path, flags, 0o600)
        }
        guard descriptor >= 0 else {
            throw KnownHostsFileError(
                path: path, reason: "it cannot be opened for writing: \(String(cString: strerror(errno)))")
        }
        return descriptor
    }

    /// Whether the path still leads to this very file: it may have been replaced before it was locked.
    private var isCurrent: Bool {
        var (own, current) = (stat(), stat())
        guard fstat(descriptor, &own) == 0, stat(path, &current) == 0 else { return false }
        return own.st_ino == current.st_ino && own.st_dev == current.st_dev
    }

    private func write(_ bytes: [UInt8], to descriptor: CInt) throws(KnownHostsFileError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("it cannot be written") }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw failure("it cannot be written") }
    }

    private func failure(_ reason: String) -> KnownHostsFileError {
        KnownHostsFileError(path: path, reason: "\(reason): \(String(cString: strerror(errno)))")
    }
}

// The names of the system's calls, which the type's own would hide.

private func systemOpen(_ path: String, _ flags: CInt, _ mode: mode_t) -> CInt { open(path, flags, mode) }

private func systemClose(_ descriptor: CInt) -> CInt { close(descriptor) }

private func systemWrite(_ descriptor: CInt, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
