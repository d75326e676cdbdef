import DeployModel
import Foundation
import TestSupport
import Testing

@testable import Rollout

struct EventLogTests {
    private func outcome() -> RunOutcome {
        RunOutcome(
            ending: .succeeded, state: .allNew, failedStage: nil, hosts: [], reason: nil, duration: .seconds(1))
    }

    @Test func `every sink receives every fact once, numbered from one and dated`() {
        let clock = ManualClock()
        let sinks = [RecordingSink(), RecordingSink()]
        let log = EventLog(clock: clock, sinks: sinks)
        log.publish(.warning(host: nil, message: "first"))
        clock.advance(by: .seconds(2))
        log.publish(.warning(host: "web-1", message: "second"))
        for sink in sinks {
            #expect(sink.events.map(\.sequence) == [1, 2])
            #expect(sink.events.last?.kind == .warning(host: "web-1", message: "second"))
        }
        #expect(sinks[0].events == sinks[1].events)
        #expect(sinks[0].events.map(\.time) == [clock.date.addingTimeInterval(-2), clock.date])
    }

    @Test func `nothing comes after the end of the run`() {
        let sink = RecordingSink()
        let log = EventLog(clock: ManualClock(), sinks: [sink])
        log.publish(.runFinished(outcome()))
        log.publish(.warning(host: nil, message: "late"))
        log.publish(.runFinished(outcome()))
        #expect(sink.kinds == [.runFinished(outcome())])
    }

    @Test func `numbers have no gaps when many publish at once`() async {
        let sink = RecordingSink()
        let log = EventLog(clock: ManualClock(), sinks: [sink])
        await withDiscardingTaskGroup { group in
            for number in 0..<200 {
                group.addTask { log.publish(.warning(host: nil, message: "\(number)")) }
            }
        }
        #expect(sink.events.map(\.sequence) == Array(1...200))
    }
}
