import Foundation
import TestSupport
import Testing

/// Steps that print more, or something else, than a terminal should get.
@Suite(.timeLimit(.minutes(20))) struct OutputFaultTests {
    struct Flood: Sendable, CustomTestStringConvertible {
        var fault: Fault
        var command: String

        var testDescription: String { fault.text }
    }

    private static let floods = [
        Flood(
            fault: Fault(.output, 37, "a step prints 100 MB"), command: "yes 0123456789 | head -c 100000000; sleep 1"),
        Flood(
            fault: Fault(.output, 37, "a step prints 100 MB in one line"),
            command: "head -c 100000000 /dev/zero | tr \"\\0\" x; sleep 1"),
    ]

    /// Reads the highest memory use of `deploy` while it runs: what it had used before is no longer known of a process that
    /// has ended, and a child's figure in `getrusage(2)` is that of its parent where that was higher.
    @Test(arguments: floods) func `a flood of output is read to its end, and little of it is kept`(_ flood: Flood)
        async throws
    {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let deploy = try bench.startDeploy([
                "steps": "  prepare: [{ run: '\(flood.command)' }]\n  activate: [{ restart: acebook }]"
            ])
            var peakKilobytes = 0
            try await eventually("the end of `deploy`", within: .seconds(240), every: .milliseconds(20)) {
                peakKilobytes = max(peakKilobytes, ProcessTable.peakMemoryKilobytes(of: deploy.pid) ?? 0)
                return !deploy.isRunning
            }
            let run = try await deploy.result()
            #expect(run.status == 0, run.shown)
            #expect(peakKilobytes > 1000, "it was read at all")
            #expect(peakKilobytes < 200_000, "of 100 MB of output on each of two hosts it keeps little")
            try await bench.record(flood.fault, run, saying: "")
        }
    }

    @Test func `what would move a terminal is shown escaped`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            // A colour, a window's title, the clipboard (OSC 52), and every byte there is.
            let printing = """
                #!/bin/sh
                printf '\\033[31mred\\033]0;title\\007\\033]52;c;aGVsbG8=\\007\\n'
                awk 'BEGIN { for (i = 0; i < 256; i++) printf "%c", i; print "" }' | LC_ALL=C cat
                exit 7

                """
            let program = try lab.write(printing, to: "print-all", mode: 0o755)
            let inventory = try bench.writeInventory([
                "steps": "  prepare: [{ name: print all, run: \(program) }]\n  activate: [{ restart: acebook }]"
            ])
            let run = try await bench.fleet.deploy(["-i", inventory, "-v"])
            #expect(run.status == 3, run.shown)
            let allowed: Set<UInt8> = [UInt8(ascii: "\n")]
            let raw = (run.output + run.errorOutput).filter { ($0 < 32 || $0 == 127) && !allowed.contains($0) }
            #expect(raw.isEmpty, "\(raw.map { $0 })")
            let line = try #require(run.line(with: "title"), run.shown)
            try await bench.record(
                Fault(.output, 38, "a step prints colours, a title, the clipboard and every byte"), run,
                saying: "\(line.drop { $0 != "|" }.dropFirst(2))")
        }
    }
}
