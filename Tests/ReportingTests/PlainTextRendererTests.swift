import DeployModel
import Foundation
import Testing

@testable import Reporting

struct PlainTextRendererTests {
    @Test func `a rollout whose second host goes back`() throws {
        #expect(
            render(try SampleEvents.secondHostRollsBack()) == """
                12:00:00 run    started      release 20260301T120000Z-bbbbbbb of acebook → 2 hosts in 2 batches (run 7f3a)
                12:00:03 local  build        npm run build in 2 s
                12:00:04 web-1  inspected    live 20260228T090000Z-aaaaaaa, in rotation
                12:00:05 web-2  inspected    live 20260228T090000Z-aaaaaaa, in rotation, unhealthy
                12:00:09 web-1  uploading    40 %, 4 MB, 1 MB/s
                12:00:11 web-1  uploaded     12 files, 10 MB in 5 s
                12:00:13 web-2  uploaded     already there in 80 ms
                12:00:14 batch  1 of 2       web-1
                12:00:17 web-1  drained      14 connections → 0 in 6 s
                12:00:18 web-1  switched     in 40 ms
                12:00:19 web-1  activate     restart acebook in 1.2 s
                12:00:21 web-1  healthy      200 in 12 ms, after 4 s
                12:00:22 web-1  healthy      warm cache: status 3 (ignored)
                    | no cache
                12:00:23 web-1  enabled      in service in web in 2.1 s
                12:00:26 batch  2 of 2       web-2
                12:00:27 web-2  overridden   the drain timeout ran out with 3 in flight; going on (`on_timeout: proceed`)
                12:00:28 web-2  warning      the clock is 40 s ahead
                12:00:31 web-2  failed       in the health check: `:3000/healthz` was not healthy within 1 min: 503, expected 200
                12:00:33 web-2  rolled back  to 20260228T090000Z-aaaaaaa in 3 s
                12:00:34 run    stopping     more hosts failed than `max_failures` allows: no new host starts
                12:00:37 web-1  acted        its dead-man switch fired, as run 7f3a had vanished: it went back to release 20260228T090000Z-aaaaaaa and rejoined the balancer by itself
                12:00:38 run    awaits       an approval: the new release serves on web-1
                12:00:39 run    approved     the others follow the canary of run 7f3a, by ada@laptop
                12:00:42 local  hook         the hook `failed` ended with status 3
                12:00:43 local  hook         before_batch in 1 s
                12:00:44 run    watched      the public address: 812 requests, 1 failed (503, expected 200)

                host   before                    after                     in rotation  time        reason
                web-1  20260228T090000Z-aaaaaaa  20260301T120000Z-bbbbbbb  yes          14 s
                web-2  20260228T090000Z-aaaaaaa  20260228T090000Z-aaaaaaa  yes          1 min 15 s  failed in the health check: `:3000/healthz` was not healthy within 1 min: 503, expected 200

                web-2: failed in the health check: `:3000/healthz` was not healthy within 1 min: 503, expected 200
                  | Error: Cannot find module 'express'
                  |     at \\x1b]52;c;eA==\\x07require
                  hint: read the service's log: `journalctl -u acebook -n 50`
                  web-2 printed in its `failed` steps:
                  | node: exit 1

                run: too few

                failed after 1 min 38 s: releases are mixed, and the fleet is serving
                next: deploy -i hosts.yml   # goes on with the hosts that are left

                """)
    }

    @Test func `quiet says only what went wrong and how it ended`() throws {
        let text = render(Array(try SampleEvents.secondHostRollsBack().prefix(35)), .quiet)
        #expect(
            text == """
                12:00:22 web-1  healthy      warm cache: status 3 (ignored)
                    | no cache
                12:00:27 web-2  overridden   the drain timeout ran out with 3 in flight; going on (`on_timeout: proceed`)
                12:00:28 web-2  warning      the clock is 40 s ahead
                12:00:31 web-2  failed       in the health check: `:3000/healthz` was not healthy within 1 min: 503, expected 200
                12:00:34 run    stopping     more hosts failed than `max_failures` allows: no new host starts

                """)
    }

    @Test func `verbose shows what steps print, each line with its host`() throws {
        let host = try SampleEvents.host("web-1")
        let events = SampleEvents.stream([
            .stepStarted(host: host, phase: .prepare, step: "dependencies"),
            .stepPrinted(
                host: host, phase: .prepare, step: "dependencies",
                line: OutputLine(.standardOutput, "\u{1B}[32madded\u{1B}[0m 12 packages, token s3cret-token")),
            .stepFinished(host: host, phase: .prepare, step: "dependencies", duration: .seconds(3)),
        ])
        #expect(
            render(events, .verbose, secrets: ["s3cret-token"]) == """
                12:00:00 web-1  prepare      dependencies …
                12:00:01 web-1    | added 12 packages, token [redacted]
                12:00:02 web-1  prepare      dependencies in 3 s

                """)
    }

    @Test func `an upload says how far it is at most every ten percent and two seconds`() throws {
        let host = try SampleEvents.host("web-1")
        let events = (0...100).map { percent in
            DeployEvent(
                sequence: percent + 1, time: SampleEvents.noon.addingTimeInterval(Double(percent) / 10),
                kind: .uploadProgressed(
                    host: host, progress: UploadProgress(sentBytes: 0, percent: percent, bytesPerSecond: nil)))
        }
        #expect(
            render(events).split(separator: "\n").map { $0.suffix(9) } == [
                "20 %, 0 B", "40 %, 0 B", "60 %, 0 B", "80 %, 0 B",
            ])
    }

    @Test func `a run in which everything went well ends with one sentence`() throws {
        let outcome = HostOutcome(
            host: try SampleEvents.host("web-1"), result: .succeeded, before: nil,
            after: try SampleEvents.release("r2"),
            rotation: .none, isServing: true, wasTouched: true, duration: .seconds(3), reason: nil)
        let end = DeployEvent.Kind.runFinished(
            RunOutcome(
                ending: .succeeded, state: .allNew, failedStage: nil, hosts: [outcome], reason: nil,
                duration: .seconds(4)))
        #expect(
            render(SampleEvents.stream([end])) == """

                host   before  after  in rotation  time  reason
                web-1  -       r2     -            3 s

                succeeded after 4 s: the host runs release r2

                """)
    }

    @Test func `hosts out of rotation are named with the command that brings them back`() throws {
        let hosts = try ["web-1", "web-2"].map { name in
            HostOutcome(
                host: try SampleEvents.host(name), result: .failed, before: nil, after: nil, rotation: .outOfRotation,
                isServing: false, wasTouched: true, duration: .seconds(1),
                reason: DeployError(.connectionLost, "the connection was lost"))
        }
        let end = DeployEvent.Kind.runFinished(
            RunOutcome(
                ending: .failed, state: .needsPerson, failedStage: nil, hosts: hosts, reason: nil, duration: .seconds(2)
            ))
        #expect(
            render(SampleEvents.stream([end])).hasSuffix(
                """

                web-[1-2]: the connection was lost

                failed after 2 s: a person is needed; not in service: web-[1-2]
                next: deploy enable -i hosts.yml --limit web-1,web-2   # once they serve again
                next: deploy -i hosts.yml   # when the cause is mended

                """))
    }

    private func render(
        _ events: [DeployEvent], _ verbosity: Verbosity = .normal, secrets: [String] = []
    ) -> String {
        var options = PlainTextRenderer.Options()
        options.timeOfDay = .utc
        options.verbosity = verbosity
        options.redactor = Redactor(secrets.map { Secret($0) })
        options.invocation = Invocation(options: "-i hosts.yml", whole: "deploy -i hosts.yml")
        var renderer = PlainTextRenderer(options)
        return events.map { renderer.render($0) }.joined()
    }
}
