import Foundation
import Testing

/// The page of the documentation lists the faults that the simulation makes.
struct SimulationPageTests {
    @Test func `the page names each fault that the simulation makes, and no other`() throws {
        let root = (0..<5).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let page = try String(
            contentsOf: root.appending(path: "Sources/DeployModel/Documentation.docc/Simulation.md"), encoding: .utf8)
        let faults = try #require(page.components(separatedBy: "## Faults").last)
        let rows = faults.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst()
        let expected = SimulatedFault.allCases.map { fault in
            "| " + fault.rawValue.replacing(": ", with: " | ", maxReplacements: 1) + " |"
        }
        #expect(rows.map(String.init) == expected)
    }
}
