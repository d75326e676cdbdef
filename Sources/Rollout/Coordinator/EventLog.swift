package import DeployModel
import Synchronization

/// The one event stream of a run: takes the secrets out of facts, numbers them from 1 without gaps, dates them, and gives
/// each to every sink in the same order. After `runFinished` it takes nothing more.
package final class EventLog: EventPublisher {
    private struct State {
        var lastSequence = 0
        var isClosed = false
    }

    private let clock: any RolloutClock
    private let sinks: [any EventSink]
    private let redactor: Redactor
    private let state = Mutex(State())

    package init(clock: any RolloutClock, sinks: [any EventSink], redactor: Redactor = Redactor([])) {
        self.clock = clock
        self.sinks = sinks
        self.redactor = redactor
    }

    package func publish(_ kind: DeployEvent.Kind) {
        let kind = kind.redacted(by: redactor)
        // Sinks are called under the lock: it is what makes their order the order of the numbers.
        state.withLock { state in
            guard !state.isClosed else { return }
            if case .runFinished = kind { state.isClosed = true }
            state.lastSequence += 1
            let event = DeployEvent(sequence: state.lastSequence, time: clock.date, kind: kind)
            for sink in sinks { sink.receive(event) }
        }
    }
}
