import DeployModel
import NIOCore
import SSHTransport
import Synchronization

/// The way to a host over its connection of the run.
struct SSHHostChannel: HostChannel {
    let host: HostName
    let connections: HostConnections

    func run(
        _ script: ShellScript, timeout: Duration, idleTimeout: Duration?, isRepeatable: Bool,
        output: (@Sendable (OutputLine) -> Void)?
    ) async throws(DeployError) -> CommandResult {
        let command = SSHCommand(script, timeout: timeout, idleTimeout: idleTimeout)
        let lines = output.map(LineCollector.init)
        defer { lines?.finish() }
        do throws(DeployError) {
            return try await execute(command, lines)
        } catch {
            guard isRepeatable, error.code == .connectionLost else { throw error }
            return try await execute(command, lines)
        }
    }

    func attach(
        line: String, input: CInt, output: CInt, standardError: @escaping @Sendable (UnsafeRawBufferPointer) -> Void,
        progressDeadline: Duration
    ) async throws(DeployError) -> Int {
        let connection = try await connections.connection(to: host)
        do throws(SSHError) {
            let exit = try await connection.attach(
                line: line, input: input, output: output,
                standardError: { bytes in bytes.withUnsafeReadableBytes { standardError($0) } },
                progressDeadline: progressDeadline)
            // A program that died of a signal has no status; ssh(1) answers 255 then.
            if case .status(let status) = exit { return status } else { return 255 }
        } catch {
            throw DeployError(error, host: host)
        }
    }

    func facts() async throws(DeployError) -> SSHConnectionFacts {
        await (try connections.connection(to: host)).facts
    }

    func letsThrough(toPort port: Int) async throws(DeployError) -> Bool {
        let connection = try await connections.connection(to: host)
        // `PermitOpen` may name one of them.
        for address in [await connection.serverAddress, "127.0.0.1", "::1"] {
            do throws(SSHError) {
                try await connection.reach(host: address, port: port, timeout: .seconds(5))
                return true
            } catch {
                switch error.code {
                case .forwardForbidden: continue
                case .channelRefused, .timedOut: return true
                default: throw DeployError(error, host: host)
                }
            }
        }
        return false
    }

    // MARK: Private

    private func execute(_ command: SSHCommand, _ lines: LineCollector?) async throws(DeployError) -> CommandResult {
        let connection = try await connections.connection(to: host)
        do throws(SSHError) {
            return try CommandResult(await connection.execute(command) { lines?.receive($0) })
        } catch {
            throw DeployError(error, host: host)
        }
    }
}

/// Cuts a command's output into lines, on the connection's event loop.
private final class LineCollector: Sendable {
    private let splitters = Mutex((standardOutput: LineSplitter(), standardError: LineSplitter()))
    private let output: @Sendable (OutputLine) -> Void

    init(_ output: @escaping @Sendable (OutputLine) -> Void) {
        self.output = output
    }

    func receive(_ piece: SSHOutput) {
        splitters.withLock { splitters in
            switch piece {
            case .standardOutput(let bytes):
                bytes.withUnsafeReadableBytes { bytes in
                    splitters.standardOutput.append(bytes) { output(OutputLine(.standardOutput, $0)) }
                }
            case .standardError(let bytes):
                bytes.withUnsafeReadableBytes { bytes in
                    splitters.standardError.append(bytes) { output(OutputLine(.standardError, $0)) }
                }
            }
        }
    }

    func finish() {
        splitters.withLock { splitters in
            splitters.standardOutput.finish { output(OutputLine(.standardOutput, $0)) }
            splitters.standardError.finish { output(OutputLine(.standardError, $0)) }
        }
    }
}

extension CommandResult {
    init(_ result: SSHCommandResult) throws(SSHError) {
        let exit: Exit =
            switch result.exit {
            case .status(let status): .status(status)
            case .signal(let name): .signal(name)
            case .endedEarly: .endedEarly
            case .timedOut(.total, let limit, let outcome): .timedOut(after: limit, isConfirmed: outcome == .confirmed)
            case .timedOut(.idle, let limit, let outcome):
                .idleTimedOut(after: limit, isConfirmed: outcome == .confirmed)
            case .cancelled:
                throw SSHError(
                    .cancelled, label: "", phase: .command,
                    reason: "the command was ended because the run was interrupted")
            }
        self.init(
            exit: exit, standardOutput: result.outputText, standardError: result.errorText, duration: result.duration)
    }
}
