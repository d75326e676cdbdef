import Foundation
import Reporting
import TestSupport
import Testing

/// Texts that trip readers of YAML: each is read as it was meant, or refused at its place, by the real program, within bounds.
struct InventoryTrapsTests {
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
                // The bound of a release build is one second; a debug build takes several times as long.
                #expect(milliseconds < 10_000, "\(trap.name) took \(milliseconds) ms")
                #expect(peak < 200 << 10, "\(trap.name) took \(peak) KiB")
            }
        }
    }
}
