import Logging
package import NIOCore

/// One SSH connection to one host: commands, byte streams and port forwards share it.
///
/// The actor runs on its event loop, so that socket events, libssh2 calls and deadlines need no locks and no hops. A connection
/// ends by ``close()``, by a failure of the network or the server, or because the server stopped answering; whatever is
/// in progress then fails with ``SSHError/Code/connectionLost`` or ``SSHError/Code/closed``. It must be closed by its owner.
package actor SSHConnection {
    package nonisolated let settings: SSHConnectionSettings
    package nonisolated let eventLoop: any EventLoop
    nonisolated let logger: Logger
    nonisolated let status = ConnectionStatus()

    package nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    // What follows is set once during the establishment.
    var session: LibSSH2Session?
    var socket: (any Channel)?
    var connecting: EventLoopPromise<any Channel>?
    /// What serves ``socket`` where that is no TCP connection of this machine.
    var origin: (any RouteOrigin)?
    var phase = SSHError.Phase.nameResolution
    /// What the server said of itself, for errors after the session is gone.
    var lastIntroduction = ServerIntroduction()
    var offeredAlgorithms: [ServerAlgorithms.Kind: [String]] = [:]
    /// The end of the connect timeout.
    var connectDeadline = ContinuousClock.now

    /// What the server took.
    var login: LoginRecord?
    /// What has to be asked for before the next attempt.
    var missingSecret: MissingSecret?

    /// Why the connection has ended; nothing new starts once it is set.
    var terminalError: SSHError?
    var isTornDown = false
    var isDriving = false
    var mustDriveAgain = false
    var isDriveScheduled = false

    var pendingStep: PendingStep?
    var liveness = Liveness()
    var timers: [ConnectionTimer: Scheduled<Void>] = [:]

    /// Channels that have a counterpart on the server.
    var channels: [SSHChannel] = []
    /// Channels for commands that wait for an opened one.
    var waitingCommands = CircularBuffer<SSHChannel>()
    var waitingForwards = CircularBuffer<SSHChannel>()
    /// The open in progress: libssh2 can do one at a time.
    var opening: Opening?
    /// Opened ahead for the next command. Reading it also keeps an otherwise idle connection answering the server.
    var prepared: LibSSH2Channel?
    /// The server refused a channel; no more is asked for until one has closed or some time has passed.
    var isSaturated = false
    /// How often in a row it did.
    var refusals = 0
    /// What is known of the server's limit.
    var sessions = SessionCount()
    /// What the login shell printed before it read anything from us.
    var loginShellText = ""
    /// Commands in progress by id, to be found by cancellation and timers.
    var runs: [Int: CommandRun] = [:]
    var bridges: [Int: StreamBridge] = [:]
    var forwards: [Int: Forward] = [:]
    var nextID = 0

    init(_ settings: SSHConnectionSettings, eventLoop: any EventLoop, logger: Logger) {
        self.settings = settings
        self.eventLoop = eventLoop
        var logger = logger
        logger[metadataKey: "host"] = "\(settings.label)"
        self.logger = logger
    }

    /// What the connection logged in with.
    package var loginRecord: LoginRecord? { login }

    /// What has shown so far.
    package var facts: SSHConnectionFacts {
        SSHConnectionFacts(login: login, sessionLimit: sessions.limit, loginShellText: loginShellText)
    }

    /// The IP address at the other end.
    package var serverAddress: String { socket?.remoteAddress?.ipAddress ?? settings.address }

    /// Whether the connection can still be used, as far as is known.
    package nonisolated var isOpen: Bool { status.isOpen }

    /// Waits until the connection has ended, or the task is cancelled.
    ///
    /// - Returns: why; `nil` if it was closed by ``close()`` or the task was cancelled.
    package nonisolated func waitUntilClosed() async -> SSHError? {
        await status.waitUntilClosed()
    }

    /// Ends the connection at once: says goodbye, closes the socket, and fails what is in progress.
    ///
    /// Waits for nothing on the remote side.
    package func close() async {
        guard !isTornDown else { return }
        if let session, terminalError == nil {
            session.disconnect()
            flush()
        }
        terminate(SSHError(.closed, label: settings.label, phase: .close, reason: "the connection was closed"))
        try? await socket?.closeFuture.get()
        await origin?.waitUntilEnded()
    }
}

/// A libssh2 call that concerns the session as a whole and is repeated until it has ended.
struct PendingStep {
    var attempt: (LibSSH2Session) throws(LibSSH2Error) -> LibSSH2Progress
    var finish: (Result<Void, StepFailure>) -> Void
}

enum StepFailure: Error {
    case library(LibSSH2Error)
    case terminated(SSHError)
}

/// What a server says before anything is encrypted.
struct ServerIntroduction {
    /// Its identification, or other text if it has not identified itself.
    var banner: String?
    /// Everything from its first byte on, up to a limit; `nil` after the key exchange.
    var firstBytes: [UInt8]?
}

/// What is being opened.
enum Opening {
    case command
    case forward(SSHChannel)
}
