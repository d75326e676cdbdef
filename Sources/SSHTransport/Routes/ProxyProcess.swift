import NIOConcurrencyHelpers
import NIOCore
internal import Subprocess
internal import SystemPackage

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A running `ProxyCommand`: a local program whose standard input and output lead to the server.
///
/// It runs in a session of its own, so that Ctrl-C at our terminal ends it only when we do. It has our environment, as
/// under ssh(1), without the variables that it was not given; all signals are at their defaults, and of our descriptors it
/// has none.
final class ProxyProcess: RouteOrigin {
    private struct State {
        var task: Task<Void, Never>?
        /// How it ended; nil while it runs.
        var ending: String?
        var isStopped = false
    }

    private let state = NIOLockedValueBox(State())
    private let errors = NIOLockedValueBox(OutputTail(limitBytes: 2048))

    private init() {}

    /// Starts `line` by the user's shell, as ssh(1) does, and returns our end of its streams.
    ///
    /// - Parameters:
    ///   - shell: nil: `SHELL` of the environment, else `/bin/sh`.
    ///   - withheldVariables: the names of variables that it does not see.
    /// - Throws: the reason why no pair of sockets could be made. A program that cannot be started ends the stream.
    static func start(
        _ line: String, shell: String? = nil, withholding withheldVariables: Set<String>
    ) throws(SystemCallError) -> RouteStream {
        let (ours, theirs) = try SocketPair().release()
        let output = dup(theirs)
        guard output >= 0 else {
            let error = SystemCallError(number: errno)
            close(ours)
            close(theirs)
            throw error
        }
        SocketTuning.closeOnExec(output)
        let process = ProxyProcess()
        let shell = shell ?? getenv("SHELL").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } ?? "/bin/sh"
        // Cancelled by end(), awaited by waitUntilEnded().
        let task = Task {
            await process.run(
                shell, line, environment: .inherited(without: withheldVariables), input: theirs, output: output)
        }
        process.state.withLockedValue { $0.task = task }
        return RouteStream(descriptor: ours, origin: process)
    }

    var reasonOfEnd: String? {
        guard let ending = state.withLockedValue({ $0.ending }) else { return nil }
        let said = String(buffer: errors.withLockedValue { $0.bytes }).trimmingPrefix(while: \.isWhitespace)
        let lines = said.split(whereSeparator: \.isNewline).suffix(3).map { $0.debugDescription }
        return "the proxy command \(ending)" + (lines.isEmpty ? "" : "; it said \(lines.joined(separator: ", "))")
    }

    /// A program closes its streams a little before it ends.
    func settle() async {
        for _ in 0..<50 where state.withLockedValue({ $0.ending }) == nil {
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    func end() {
        let task = state.withLockedValue { state in
            state.isStopped = true
            return state.task
        }
        task?.cancel()
    }

    func waitUntilEnded() async {
        await state.withLockedValue { $0.task }?.value
    }

    // MARK: Private

    private func run(
        _ shell: String, _ line: String, environment: Environment, input: CInt, output: CInt
    ) async {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(2))]
        do {
            let result = try await Subprocess.run(
                .path(FilePath(shell)), arguments: ["-c", "exec \(line)"], environment: environment,
                platformOptions: options,
                input: .fileDescriptor(FileDescriptor(rawValue: input), closeAfterSpawningProcess: true),
                output: .fileDescriptor(FileDescriptor(rawValue: output), closeAfterSpawningProcess: true),
                error: .sequence
            ) { execution in
                for try await chunk in execution.standardError {
                    chunk.withUnsafeBytes { bytes in
                        self.errors.withLockedValue { $0.append(ByteBuffer(bytes: bytes)) }
                    }
                }
            }
            switch result.terminationStatus {
            case .exited(let status): didEnd("ended with status \(status)")
            case .signaled(let signal): didEnd("died of signal \(signal)")
            }
        } catch {
            didEnd(Task.isCancelled ? "was ended" : "could not be run: \(error)")
        }
    }

    private func didEnd(_ ending: String) {
        state.withLockedValue { $0.ending = ending }
    }
}
