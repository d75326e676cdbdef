import CLibSSH2
import NIOCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// One libssh2 session in non-blocking mode over ``TransportBuffers``.
///
/// This type and ``LibSSH2Channel`` are the only callers of `libssh2_*`. Confined to the connection's event loop. The calls that
/// open something (handshake, authentication, channel open) keep their progress in the session: one at a time, and a
/// call that would block is repeated with the same arguments.
final class LibSSH2Session {
    let buffers = TransportBuffers()
    private let pointer: OpaquePointer
    private(set) var isFreed = false

    init() throws(LibSSH2Error) {
        let status = Self.library
        guard status == 0 else { throw LibSSH2Error(number: status, message: "libssh2_init failed") }
        let context = Unmanaged.passUnretained(buffers).toOpaque()
        guard let pointer = libssh2_session_init_ex(nil, nil, nil, context) else {
            throw LibSSH2Error(number: LIBSSH2_ERROR_ALLOC, message: "libssh2_session_init failed")
        }
        self.pointer = pointer
        libssh2_session_set_blocking(pointer, 0)
        ssh2_set_callbacks(pointer, LibSSH2Callbacks.send, LibSSH2Callbacks.receive, LibSSH2Callbacks.disconnect)
    }

    deinit {
        free()
    }

    /// The version of the library in use, for instance `1.10.0`.
    static var libraryVersion: String {
        libssh2_version(0).map { String(cString: $0) } ?? "unknown"
    }

    // MARK: Connection

    /// Offers compression as well; before ``handshake()``.
    func allowCompression() throws(LibSSH2Error) {
        try check(libssh2_session_flag(pointer, LIBSSH2_FLAG_COMPRESS, 1))
    }

    /// Sets what may be negotiated; before ``handshake()``.
    func prefer(_ preferences: AlgorithmPreferences) throws(LibSSH2Error) {
        for (method, names) in preferences.methods {
            try check(libssh2_session_method_pref(pointer, method, names.joined(separator: ",")))
        }
    }

    /// What this side offers: those of the preferences that libssh2 knows.
    func offered(_ preferences: AlgorithmPreferences) -> [ServerAlgorithms.Kind: [String]] {
        var offered: [ServerAlgorithms.Kind: [String]] = [:]
        for (kind, method, names) in preferences.kinds {
            let supported = supportedNames(method)
            offered[kind] = names.filter(supported.contains)
        }
        return offered
    }

    private func supportedNames(_ method: CInt) -> [String] {
        var names: UnsafeMutablePointer<UnsafePointer<CChar>?>?
        let count = libssh2_session_supported_algs(pointer, method, &names)
        guard count > 0, let names else { return [] }
        defer { libssh2_free(pointer, names) }
        return (0..<Int(count)).compactMap { names[$0].map { String(cString: $0) } }
    }

    /// Exchanges banners and keys and asks for the authentication service.
    func handshake() throws(LibSSH2Error) -> LibSSH2Progress {
        guard let descriptor = Self.unusedDescriptor else {
            throw LibSSH2Error(number: LIBSSH2_ERROR_BAD_SOCKET, message: "no descriptor left for a pipe")
        }
        return try progress(libssh2_session_handshake(pointer, descriptor))
    }

    /// The server's identification line (`SSH-2.0-…`) once it has arrived; before that, other text the server sent.
    var serverBanner: String? {
        libssh2_session_banner_get(pointer).map { String(cString: $0) }
    }

    /// The server has said that it speaks SSH.
    var hasServerIdentification: Bool { serverBanner?.hasPrefix("SSH-") ?? false }

    /// The server's public key as an SSH wire blob, after the handshake.
    var hostKey: [UInt8] {
        var length = 0
        var type: CInt = 0
        guard let bytes = libssh2_session_hostkey(pointer, &length, &type), length > 0 else { return [] }
        return UnsafeRawBufferPointer(start: bytes, count: length).map { $0 }
    }

    // MARK: Authentication

    /// Offers a public key; ``TransportBuffers/signer`` signs if the server takes it.
    ///
    /// - Throws: number -18 when the server does not take the key, -19 when it does not take the signature.
    func authenticate(user: String, publicKey: [UInt8]) throws(LibSSH2Error) -> LibSSH2Progress {
        let status = publicKey.withUnsafeBufferPointer { key in
            libssh2_userauth_publickey(
                pointer, user, key.baseAddress, key.count, LibSSH2Callbacks.sign, libssh2_session_abstract(pointer))
        }
        return try progress(status)
    }

    /// Asks which methods the server takes, which is itself a try without any.
    ///
    /// - Returns: their names; nil: repeat. Empty when the server wants none, and the login is done.
    func authenticationMethods(user: String) throws(LibSSH2Error) -> [String]? {
        if let names = libssh2_userauth_list(pointer, user, CUnsignedInt(user.utf8.count)) {
            return String(cString: names).split(separator: ",").map(String.init)
        }
        if libssh2_userauth_authenticated(pointer) == 1 { return [] }
        guard libssh2_session_last_errno(pointer) == LIBSSH2_ERROR_EAGAIN else { throw lastError() }
        return nil
    }

    /// - Throws: number -18 when the server does not take the password.
    func authenticate(user: String, password: SecretText) throws(LibSSH2Error) -> LibSSH2Progress {
        let text = password.exposed
        return try progress(
            libssh2_userauth_password_ex(
                pointer, user, CUnsignedInt(user.utf8.count), text, CUnsignedInt(text.utf8.count), nil))
    }

    /// Lets the server ask; ``TransportBuffers/promptAnswer`` answers.
    func authenticateInteractively(user: String) throws(LibSSH2Error) -> LibSSH2Progress {
        try progress(
            libssh2_userauth_keyboard_interactive_ex(
                pointer, user, CUnsignedInt(user.utf8.count), LibSSH2Callbacks.prompts))
    }

    // MARK: Channels

    /// Opens a channel for a command; `nil`: repeat.
    func openSession() throws(LibSSH2Error) -> LibSSH2Channel? {
        let type = "session"
        return try channel(
            libssh2_channel_open_ex(
                pointer, type, CUnsignedInt(type.utf8.count), LibSSH2Channel.windowBytes, LibSSH2Channel.packetBytes,
                nil, 0))
    }

    /// Opens a channel to an address as the server sees it; `nil`: repeat with the same arguments.
    func openDirectTCPIP(host: String, port: CInt) throws(LibSSH2Error) -> LibSSH2Channel? {
        // RFC 4254, 7.2: the originator; servers log it and nothing else.
        try channel(libssh2_channel_direct_tcpip_ex(pointer, host, port, "127.0.0.1", 22))
    }

    /// Gives up an open that the server has not answered.
    ///
    /// libssh2 has no call for that: it would wait a minute, and could open no other channel meanwhile. It takes a failure to
    /// read for the end of the open alone, so one is made up. An answer that comes later finds no channel and is dropped.
    ///
    /// The arguments are those of the open.
    func abandonDirectTCPIP(host: String, port: CInt) throws(LibSSH2Error) -> AbandonedOpening {
        buffers.isUnreadable = true
        defer { buffers.isUnreadable = false }
        do {
            return try openDirectTCPIP(host: host, port: port).map { .opened($0) } ?? .pending
        } catch {
            guard error.isSocketFailure else { throw error }
            return .ended
        }
    }

    enum AbandonedOpening {
        case ended
        /// The answer was there already.
        case opened(LibSSH2Channel)
        /// Keys are being exchanged: to be repeated.
        case pending
    }

    // MARK: Ending

    /// Queues the goodbye; what does not fit at once is dropped.
    func disconnect() {
        guard !isFreed else { return }
        _ = libssh2_session_disconnect_ex(pointer, SSH_DISCONNECT_BY_APPLICATION, "done", "")
    }

    /// Gives back everything libssh2 holds; channels of the session are dangling from then on.
    func free() {
        guard !isFreed else { return }
        isFreed = true
        // At the end of the stream no call can ask for a retry: closing channels then fails at once instead of waiting.
        buffers.isClosed = true
        buffers.inbound.clear()
        var attempts = 64
        while libssh2_session_free(pointer) == LIBSSH2_ERROR_EAGAIN, attempts > 0 { attempts -= 1 }
    }

    // MARK: Private

    private func channel(_ channel: OpaquePointer?) throws(LibSSH2Error) -> LibSSH2Channel? {
        if let channel { return LibSSH2Channel(channel, session: self) }
        guard libssh2_session_last_errno(pointer) == LIBSSH2_ERROR_EAGAIN else { throw lastError() }
        return nil
    }

    func progress(_ status: CInt) throws(LibSSH2Error) -> LibSSH2Progress {
        if status == LIBSSH2_ERROR_EAGAIN { return .wouldBlock }
        try check(status)
        return .done
    }

    func check(_ status: CInt) throws(LibSSH2Error) {
        guard status < 0 else { return }
        let error = lastError()
        // Not every function records its error.
        throw error.number == status ? error : LibSSH2Error(number: status, message: "error")
    }

    private func lastError() -> LibSSH2Error {
        var message: UnsafeMutablePointer<CChar>?
        let number = libssh2_session_last_error(pointer, &message, nil, 0)
        return LibSSH2Error(number: number, message: message.map { String(cString: $0) } ?? "error")
    }

    /// `libssh2_init` is not safe to call from two threads; a static is initialised once.
    private static let library: CInt = {
        // libssh2 and pipes to local children write to peers that may be gone; the error is wanted, not the signal.
        signal(SIGPIPE, SIG_IGN)
        return libssh2_init(0)
    }()

    /// A descriptor for the handshake to set flags on: it insists on one, and any real one would be changed.
    private static let unusedDescriptor: CInt? = {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        return ends[0]
    }()
}
