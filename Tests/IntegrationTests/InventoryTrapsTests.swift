import Foundation
import Reporting
import TestSupport
import Testing

/// Texts that trip readers of YAML: each is read as it was meant, or refused at its place, by the real program, within bounds.
struct InventoryTrapsTests {
    /// The bounds are one second and 200 MB, which a release build keeps (`DEPLOY_PROGRAM`). A debug build takes several times as
    /// long for the largest files, and no more than this.
    private static let limitMilliseconds: Int64 = Repository.isGivenProgram ? 1000 : 8000

    @Test func `every trap is read as it was meant or refused at its place, within bounds`() async throws {
        try #require(InventoryTrap.all.count >= 60)
        #expect(Set(InventoryTrap.all.map(\.name)).count == InventoryTrap.all.count)
        try await Lab.run { lab in
            for trap in InventoryTrap.all { try lab.write(trap.bytes, to: "traps/\(trap.name)/hosts.yml") }
            let script = "\(Repository.root)/Tests/Scripts/measure-each"
            let answer = try await lab.command(
                ["python3", script, lab.path("traps"), try Repository.product("deploy"), "config"],
                within: .seconds(240))
            let results = try JSONValue(parsing: answer.text)
            var slowest: (Int64, String) = (0, "none")
            var largest: (Int64, String) = (0, "none")
            for trap in InventoryTrap.all {
                let result = try #require(results[trap.name], "\(trap.name) was not run: \(answer.errorText)")
                guard case .integer(let status)? = result["status"],
                    case .integer(let milliseconds)? = result["cpu_ms"],
                    case .integer(let peak)? = result["peak_kib"], case .string(let output)? = result["output"],
                    case .string(let messages)? = result["messages"]
                else {
                    Issue.record("\(trap.name) has no result")
                    continue
                }
                switch trap.outcome {
                case .reads(let line):
                    #expect(status == 0, "\(trap.name): \(messages)")
                    #expect(output.split(separator: "\n").contains(line[...]), "\(trap.name): \(output)")
                case .fails(let start):
                    #expect(status == 2, "\(trap.name): \(output)")
                    #expect(messages.hasPrefix(start), "\(trap.name): \(messages)")
                    #expect(output == "", "\(trap.name)")
                }
                #expect(milliseconds < Self.limitMilliseconds, "\(trap.name) took \(milliseconds) ms")
                #expect(peak < 200_000_000 / 1024, "\(trap.name) took \(peak) KiB")
                if milliseconds > slowest.0 { slowest = (milliseconds, trap.name) }
                if peak > largest.0 { largest = (peak, trap.name) }
            }
            print(
                "\(InventoryTrap.all.count) traps: \(slowest.0) ms of processor time at most (\(slowest.1)), "
                    + "\(largest.0) KiB at most (\(largest.1))")
        }
    }
}
