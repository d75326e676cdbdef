package import DeployModel
import Synchronization

/// Asks a program on this machine: what it prints is data and is taken whole, where ``LocalProcesses`` keeps the end.
package struct ProgramOutput: Sendable {
    private let environment: [String: String]
    private let limitBytes: Int
    private let timeout: Duration

    /// - Parameter environment: all of the child's: such programs need the credentials of the person who runs `deploy`.
    package init(environment: [String: String], limitBytes: Int = 8 << 20, timeout: Duration = .seconds(120)) {
        self.environment = environment
        self.limitBytes = limitBytes
        self.timeout = timeout
    }

    /// How a program ended, and what it printed.
    package struct Result: Sendable {
        package var exit: CommandResult.Exit
        package var output: [UInt8]
        /// The end of its standard error.
        package var errors: String
    }

    /// Runs a program to its end, whatever that is.
    ///
    /// - Throws: ``DeployError`` when the program cannot be started, or prints more than the limit.
    package func result(_ argv: [String], directory: String? = nil) async throws(DeployError) -> Result {
        let child = ChildProcess(argv: argv, environment: environment, directory: directory, timeout: timeout)
        let output = Mutex<[UInt8]>([])
        let errors = Mutex(ByteTail(limitBytes: 4 << 10))
        let limitBytes = limitBytes
        let ending = try await child.run { stream, bytes in
            switch stream {
            case .standardOutput:
                output.withLock { $0.append(contentsOf: bytes.prefix(max(0, limitBytes + 1 - $0.count))) }
            case .standardError: errors.withLock { $0.append(bytes) }
            }
        }
        let bytes = output.withLock { $0 }
        guard bytes.count <= limitBytes else {
            throw DeployError(
                .localCommandFailed, "`\(argv.joined(separator: " "))` printed more than \(limitBytes >> 20) MiB")
        }
        let exit: CommandResult.Exit =
            switch ending {
            case .exited(let status): .status(status)
            case .signalled(let number): .signal(SignalName.name(of: number))
            case .timedOut, .idleTimedOut: .timedOut(after: timeout, isConfirmed: true)
            }
        return Result(exit: exit, output: bytes, errors: errors.withLock(\.text))
    }

    /// - Returns: the standard output.
    /// - Throws: ``DeployError`` when the program cannot be started, does not end with status 0 or in time, or prints more
    ///   than the limit; the end of its standard error is the evidence.
    package func read(_ argv: [String], directory: String? = nil) async throws(DeployError) -> [UInt8] {
        let result = try await result(argv, directory: directory)
        let evidence = result.errors.split(separator: "\n").suffix(10).map { ForeignText.line(String($0)) }
        let name = argv.joined(separator: " ")
        switch result.exit {
        case .status(0): return result.output
        case .status(let status):
            throw DeployError(.localCommandFailed, "`\(name)` ended with exit status \(status)", evidence: evidence)
        case .signal(let signal):
            throw DeployError(.localCommandFailed, "`\(name)` was ended by SIG\(signal)", evidence: evidence)
        case .timedOut, .idleTimedOut, .endedEarly:
            throw DeployError(.timedOut, "`\(name)` had not ended after \(timeout)", evidence: evidence)
        }
    }
}
