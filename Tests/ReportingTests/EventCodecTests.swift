import DeployModel
import Foundation
import Testing

@testable import Reporting

struct EventCodecTests {
    @Test func `a stored stream is read back as the same events`() throws {
        let events = try SampleEvents.secondHostRollsBack()
        let decoded = try events.map { try EventCodec.event(EventCodec.line($0)) }
        #expect(decoded == events)
    }

    @Test func `a stored stream renders as it did when it ran`() throws {
        let events = try SampleEvents.secondHostRollsBack()
        var live = PlainTextRenderer()
        var stored = PlainTextRenderer()
        for event in events {
            let again = try #require(try EventCodec.event(EventCodec.line(event)))
            #expect(stored.render(again) == live.render(event))
        }
    }

    @Test(arguments: HostStage.allCases)
    func `the end of each stage has a name and is read back`(stage: HostStage) throws {
        let event = DeployEvent(
            sequence: 1, time: SampleEvents.noon,
            kind: .stageFinished(host: try SampleEvents.host("web-1"), stage: stage, detail: nil, duration: .zero))
        #expect(try EventCodec.event(EventCodec.line(event)) == event)
    }

    @Test func `a line reads from the general to the particular`() throws {
        let event = DeployEvent(
            sequence: 7, time: SampleEvents.noon.addingTimeInterval(0.25),
            kind: .stageFinished(
                host: try SampleEvents.host("web-1"), stage: .drain, detail: "14 connections → 0",
                duration: .milliseconds(6_013)))
        #expect(
            EventCodec.line(event)
                == #"{"sequence":7,"time":"2026-03-01T12:00:00.250Z","event":"host.drained","host":"web-1","#
                + #""detail":"14 connections → 0","duration":6.013}"#)
    }

    @Test func `a failure keeps its code, evidence and hint`() throws {
        let host = try SampleEvents.host("web-1")
        let error = DeployError(.diskFull, host: host, "no space", evidence: ["df: 100 %"], hint: "remove something")
        let event = DeployEvent(
            sequence: 1, time: SampleEvents.noon, kind: .hostFailed(host: host, stage: .upload, error: error))
        #expect(
            EventCodec.line(event)
                == #"{"sequence":1,"time":"2026-03-01T12:00:00.000Z","event":"host.failed","host":"web-1","#
                + #""stage":"upload","error":{"code":"disk_full","host":"web-1","message":"no space","#
                + #""evidence":["df: 100 %"],"hint":"remove something"}}"#)
    }

    @Test func `a secret is redacted in what hosts print, and nowhere else`() throws {
        let event = DeployEvent(
            sequence: 1, time: SampleEvents.noon,
            kind: .stepPrinted(
                host: try SampleEvents.host("step"), phase: .activate, step: "go",
                line: OutputLine(.standardOutput, "a \"step\" and a step")))
        #expect(
            EventCodec.line(event, Redactor([Secret("step")]))
                == #"{"sequence":1,"time":"2026-03-01T12:00:00.000Z","event":"step.printed","host":"step","#
                + #""phase":"activate","step":"go","stream":"stdout","text":"a \"[redacted]\" and a [redacted]"}"#)
    }

    @Test func `an event of a later version is skipped`() throws {
        let line = #"{"sequence":1,"time":"2026-03-01T12:00:00.000Z","event":"host.teleported","host":"web-1"}"#
        #expect(try EventCodec.event(line) == nil)
    }

    @Test(arguments: [
        ("", "not a JSON object: ``"),
        ("[]", "not a JSON object"),
        (
            #"{"event":"run.stopping","time":"2026-03-01T12:00:00.000Z","reason":"interrupted"}"#,
            "`sequence` is missing; it must be an integer"
        ),
        (
            #"{"sequence":1,"event":"run.stopping","time":"yesterday","reason":"interrupted"}"#,
            "`time` must be a time in RFC 3339"
        ),
        (
            #"{"sequence":1,"event":"run.stopping","time":"2026-03-01T12:00:00.000Z","reason":"bored"}"#,
            "`reason` must be a reason to stop"
        ),
        (
            #"{"sequence":1,"event":"host.probed","time":"2026-03-01T12:00:00.000Z","host":"-x"}"#,
            "`host` must be a host name"
        ),
        (
            #"{"sequence":1,"event":"host.drained","time":"2026-03-01T12:00:00.000Z","host":"x","duration":1e300}"#,
            "`duration` must be a number of seconds"
        ),
    ])
    func `a line that is not an event says what is wrong with it`(line: String, message: String) {
        #expect(throws: EventDecodingError(message: message)) { try EventCodec.event(line) }
    }
}
