import DeployModel
import Synchronization

/// One call of a port that is answered within its time, whatever becomes of it.
///
/// Steps and probes have deadlines of their own. A balancer's call has one here, because a rollout that waits for ever
/// with a host out of rotation is in no state that has a name.
struct CallDeadline: Sendable {
    let limit: Duration
    /// What did not answer: `drain`.
    let what: String

    /// The deadline of a call; `nil` where the port sees to it.
    init?(_ call: PortCall, _ capabilities: BalancerCapabilities?) {
        guard let capabilities else { return nil }
        let targets: Int
        switch call {
        case .inspect, .upload, .runSteps, .switchLink, .markGood, .markBad, .probe, .disarm, .askApproval, .runHook:
            return nil
        case .checkBalancer: (what, targets) = ("check", 1)
        case .resolveTargets: (what, targets) = ("target", 1)
        case .takeSnapshot: (what, targets) = ("state", 1)
        case .drain(_, let all): (what, targets) = ("drain", all.count)
        case .force(_, let all): (what, targets) = ("force", all.count)
        case .prepareReturn(_, let all): (what, targets) = ("prepare", all.count)
        case .enable(_, let all): (what, targets) = ("enable", all.count)
        }
        limit = capabilities.callTimeout * max(1, targets)
    }

    /// Performs a call, and answers exactly once: with what came of it, or with a failure at the deadline. Returns when
    /// the call has ended, which one that does not heed its cancellation may put off.
    func perform(
        on clock: any RolloutClock, _ call: @escaping @Sendable () async -> PortAnswer,
        answer: @escaping @Sendable (PortAnswer) -> Void
    ) async {
        let once = Once(answer)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { once.give(await call()) }
            group.addTask {
                guard (try? await clock.wait(for: limit)) != nil else { return }
                once.give(.failed(failure))
            }
            await group.next()
            group.cancelAll()
        }
    }

    // MARK: Private

    private var failure: DeployError {
        DeployError(
            .balancerUnreachable, "the balancer had not answered `\(what)` after \(ReadableDuration.text(limit))",
            hint: "what it was asked for may still take effect; look at the balancer")
    }

    private final class Once: Sendable {
        private let answer: Mutex<(@Sendable (PortAnswer) -> Void)?>

        init(_ answer: @escaping @Sendable (PortAnswer) -> Void) {
            self.answer = Mutex(answer)
        }

        func give(_ value: PortAnswer) {
            let answer = answer.withLock { answer in
                defer { answer = nil }
                return answer
            }
            answer?(value)
        }
    }
}
