import DeployModel
import Foundation
import NIOCore
import SSHTransport
import Subprocess
import Synchronization
import SystemPackage

@testable import Execution

/// A host that is this machine: scripts are run by a local shell just as a host's would read them, and attached commands
/// by `/bin/sh -c`.
final class LocalHost: HostChannel {
    /// What is done to the attached commands.
    enum Fault: Sendable {
        /// The connection breaks after so many reads from us.
        case lostAfter(reads: Int)
    }

    let shell: [String]
    private let environment: [String: String]
    private let attachedLines = Mutex<[String]>([])
    private let scripts = Mutex<[ShellScript]>([])
    private let faults: Mutex<[Fault]>

    init(shell: [String] = ["/bin/sh"], path: String? = nil, faults: [Fault] = []) {
        self.shell = shell
        let inherited = ProcessInfo.processInfo.environment
        environment = [
            "PATH": (path.map { $0 + ":" } ?? "") + (inherited["PATH"] ?? "/usr/bin:/bin"),
            "HOME": inherited["HOME"] ?? "/", "SSH_CONNECTION": "127.0.0.1 40000 10.0.0.7 22",
        ]
        self.faults = Mutex(faults)
    }

    /// The command lines that a remote shell was asked for.
    var lines: [String] { attachedLines.withLock { $0 } }
    /// The scripts so far.
    var ran: [ShellScript] { scripts.withLock { $0 } }

    func run(
        _ script: ShellScript, timeout: Duration, idleTimeout: Duration?, isRepeatable: Bool,
        output: (@Sendable (OutputLine) -> Void)?
    ) async throws(DeployError) -> CommandResult {
        scripts.withLock { $0.append(script) }
        let nonce = MarkerNonce()
        let payload: ShellPayload
        do { payload = try ShellPayload(script, nonce: nonce) } catch {
            throw DeployError(.invalidConfiguration, error.description)
        }
        let child = ChildProcess(
            argv: script.user.map { ["sudo", "-n", "-u", $0, "--"] + shell + ["-s"] } ?? shell + ["-s"],
            environment: environment, directory: "/",
            input: Array(payload.standardInput.utf8), timeout: timeout)
        let scanner = Mutex(MarkerScanner(nonce: nonce))
        let collector = OutputCollector(output)
        let ending = try await child.run { stream, bytes in
            guard stream == .standardOutput else { return collector.receive(stream, bytes) }
            let own = scanner.withLock { $0.consume(ByteBuffer(bytes: bytes)) }
            own.withUnsafeReadableBytes { collector.receive(stream, $0) }
        }
        let (standardOutput, standardError) = collector.finish()
        let status = scanner.withLock { $0.status }
        let exit: CommandResult.Exit =
            switch ending {
            case .exited: status.map { .status($0) } ?? .endedEarly
            case .signalled(let number): .signal(SignalName.name(of: number))
            case .timedOut, .idleTimedOut: .timedOut(after: timeout, isConfirmed: true)
            }
        return CommandResult(exit: exit, standardOutput: standardOutput, standardError: standardError)
    }

    func attach(
        line: String, input: CInt, output: CInt, standardError: @escaping @Sendable (UnsafeRawBufferPointer) -> Void,
        progressDeadline: Duration
    ) async throws(DeployError) -> Int {
        attachedLines.withLock { $0.append(line) }
        let fault = faults.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        var line = line
        // dd hands on each read at once, which head does not.
        if case .lostAfter(let reads) = fault { line = "dd bs=64k count=\(reads) 2>/dev/null | \(line)" }
        let errors = Mutex<[UInt8]>([])
        do {
            let result = try await Subprocess.run(
                .path("/bin/sh"), arguments: ["-c", line],
                environment: .custom(
                    Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0), $1) })),
                input: .fileDescriptor(FileDescriptor(rawValue: input), closeAfterSpawningProcess: true),
                output: .fileDescriptor(FileDescriptor(rawValue: output), closeAfterSpawningProcess: true),
                error: .sequence
            ) { execution in
                for try await chunk in execution.standardError {
                    chunk.withUnsafeBytes { bytes in errors.withLock { $0.append(contentsOf: bytes) } }
                }
            }
            errors.withLock { $0 }.withUnsafeBytes { standardError($0) }
            if fault != nil { throw DeployError(.connectionLost, "transfer: the connection broke") }
            if case .exited(let status) = result.terminationStatus { return Int(status) }
            return 255
        } catch let error as DeployError {
            throw error
        } catch {
            throw DeployError(.internal, "\(error)")
        }
    }
}
