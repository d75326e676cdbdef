import CDescriptorPassing
import DeployModel
// Dispatch sources may be used from any thread (dispatch_source_create(3)); the overlay on Linux does not say so.
@preconcurrency import Dispatch
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The place where the remote shells of our rsyncs (``RsyncRemoteShell``) hand over their descriptors: one unix socket for
/// the whole run, in a directory that only this user can enter.
///
/// Each upload has a random token, by which it is found. What comes with another one, or from another user, is closed.
final class DescriptorHandover: Sendable {
    let socketPath: String

    private struct Expectation {
        var offer: HandedOverShell?
        var waiter: CheckedContinuation<HandedOverShell, any Error>?
    }

    private let directory: String
    private let listener: Int32
    private let source: any DispatchSourceRead
    private let expectations = Mutex<[String: Expectation]>([:])
    /// How long a helper may take to say what it wants once it is connected. Others wait behind it.
    private static let messageSeconds = 5
    private static let messageLimitBytes = 16 * 1024

    /// - Throws: ``DeployError`` where no socket can be made.
    init() throws(DeployError) {
        // Not $TMPDIR: on macOS it is too long for the address of a socket.
        var template = Array("/tmp/deploy-rsh.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Self.failure("no directory in `/tmp`", errno) }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        socketPath = directory + "/socket"
        guard let listener = UnixSocket.listen(at: socketPath) else {
            let reason = errno
            rmdir(directory)
            throw Self.failure("no socket in `\(directory)`", reason)
        }
        self.listener = listener
        _ = fcntl(listener, F_SETFL, O_NONBLOCK)
        source = DispatchSource.makeReadSource(
            fileDescriptor: listener, queue: DispatchQueue(label: "deploy.descriptor-handover"))
        source.setEventHandler { [weak self] in self?.accept() }
        source.setCancelHandler { [listener] in close(listener) }
        source.resume()
    }

    deinit {
        source.cancel()
        unlink(socketPath)
        rmdir(directory)
    }

    /// Makes a token for an upload; what is handed over with it is kept until ``receive(_:)`` or ``forget(_:)``.
    func expect() -> String {
        var generator = SystemRandomNumberGenerator()
        let token = SHA256.hexadecimal((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
        expectations.withLock { $0[token] = Expectation() }
        return token
    }

    /// Waits until the remote shell with this token has come; ends with the task's cancellation.
    func receive(_ token: String) async throws -> HandedOverShell {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let offer = expectations.withLock { expectations -> Result<HandedOverShell, any Error>? in
                    guard var expectation = expectations[token] else { return .failure(CancellationError()) }
                    if let offer = expectation.offer { return .success(offer) }
                    expectation.waiter = continuation
                    expectations[token] = expectation
                    return nil
                }
                if let offer { continuation.resume(with: offer) }
            }
        } onCancel: {
            forget(token)
        }
    }

    /// Ends the use of a token.
    func forget(_ token: String) {
        let waiter = expectations.withLock { $0.removeValue(forKey: token)?.waiter }
        waiter?.resume(throwing: CancellationError())
    }

    // MARK: Private

    /// Runs on the source's queue.
    private func accept() {
        while true {
            let descriptor = acceptConnection(listener)
            guard descriptor >= 0 else { return }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            _ = fcntl(descriptor, F_SETFL, 0)
            var limit = timeval()
            limit.tv_sec = .init(Self.messageSeconds)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
            guard descriptor_passing_peer_user(descriptor) == Int(getuid()), let (token, shell) = readOffer(descriptor)
            else {
                close(descriptor)
                continue
            }
            deliver(shell, token)
        }
    }

    private func deliver(_ shell: HandedOverShell, _ token: String) {
        let waiter = expectations.withLock { expectations -> CheckedContinuation<HandedOverShell, any Error>? in
            guard var expectation = expectations[token], expectation.offer == nil else { return nil }
            expectation.offer = shell
            let waiter = expectation.waiter
            expectation.waiter = nil
            expectations[token] = expectation
            return waiter
        }
        waiter?.resume(returning: shell)
    }

    /// Reads `token NUL line NUL`, with the two descriptors beside its first bytes.
    private func readOffer(_ socket: Int32) -> (token: String, HandedOverShell)? {
        var message: [UInt8] = []
        var descriptors: [Int32] = [-1, -1]
        var buffer = [UInt8](repeating: 0, count: 4096)
        while message.count(where: { $0 == 0 }) < 2, message.count < Self.messageLimitBytes {
            var received: [Int32] = [-1, -1]
            let count = descriptor_passing_receive(socket, &buffer, buffer.count, &received)
            if received[0] >= 0 {
                closeAll(descriptors)
                descriptors = received
            }
            guard count > 0 else { break }
            message.append(contentsOf: buffer.prefix(count))
        }
        let parts = message.split(separator: 0, omittingEmptySubsequences: false)
        guard parts.count == 3, descriptors[0] >= 0 else {
            closeAll(descriptors)
            return nil
        }
        let shell = HandedOverShell(
            line: String(decoding: parts[1], as: UTF8.self), input: descriptors[0], output: descriptors[1],
            helper: socket)
        return (String(decoding: parts[0], as: UTF8.self), shell)
    }

    private func closeAll(_ descriptors: [Int32]) {
        for descriptor in descriptors where descriptor >= 0 { close(descriptor) }
    }

    private static func failure(_ what: String, _ number: Int32) -> DeployError {
        DeployError(.uploadFailed, "\(what) could be made for rsync: \(SystemErrors.text(number))")
    }
}

// Under a name of its own, because the method hides it.
private func acceptConnection(_ listener: Int32) -> Int32 {
    accept(listener, nil, nil)
}
