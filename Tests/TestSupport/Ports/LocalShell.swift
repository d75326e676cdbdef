package import DeployModel
import Foundation
import Synchronization

/// A ``RemoteShell`` without SSH: the scripts run under `/bin/sh` on this machine. Like the real one, it keeps the last
/// 64 KiB of an output.
package final class LocalShell: RemoteShell {
    package let host: HostName
    private let lab: Lab
    private let environment: [String: String]
    private let replacements: [String: String]
    private let state = Mutex(State())

    package struct Call: Sendable, Equatable {
        package var script: String
        package var arguments: [String]
        package var asRoot: Bool
    }

    private struct State {
        var calls: [Call] = []
        var failure: DeployError?
    }

    /// - Parameter replacements: arguments that mean something else on this "host", such as the path of a socket.
    package init(
        host: HostName, in lab: Lab, environment: [String: String] = [:], replacing replacements: [String: String] = [:]
    ) {
        self.host = host
        self.replacements = replacements
        self.lab = lab
        self.environment = environment
    }

    package var calls: [Call] { state.withLock { $0.calls } }

    /// Makes every call fail, as it does when the host's connection is lost; `nil` makes it work again.
    package func fail(_ error: DeployError?) { state.withLock { $0.failure = error } }

    package func run(
        script: String, arguments: [String], asRoot: Bool, timeout: Duration
    ) async throws(DeployError) -> CommandResult {
        state.withLock { $0.calls.append(Call(script: script, arguments: arguments, asRoot: asRoot)) }
        if let failure = state.withLock({ $0.failure }) { throw failure }
        let start = ContinuousClock.now
        do {
            let result = try await lab.command(
                ["/bin/sh", "-c", script, "sh"] + arguments.map { replacements[$0] ?? $0 }, environment: environment,
                within: timeout)
            let exit: CommandResult.Exit =
                switch result.termination {
                case .exited(let status): .status(Int(status))
                case .signaled(let number): .signal("\(number)")
                }
            return CommandResult(
                exit: exit, standardOutput: String(decoding: result.output.suffix(64 << 10), as: UTF8.self),
                standardError: result.errorText,
                duration: start.duration(to: .now))
        } catch {
            return CommandResult(
                exit: .timedOut(after: timeout, isConfirmed: true), duration: start.duration(to: .now))
        }
    }
}
