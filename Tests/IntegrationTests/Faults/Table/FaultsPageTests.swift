import Foundation
import TestSupport
import Testing

@Suite struct FaultsPageTests {
    @Test func `each line of the page belongs to a scenario`() throws {
        let folder = "\(Repository.root)/Tests/IntegrationTests/Faults"
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }
        let source = files.map { LabLog(path: "\(folder)/\($0)").text }.joined()
        let lines = try FaultsPage.committed().faults
        #expect(lines.count > 0)
        for line in lines {
            let fault = line.split(separator: " | ")[1].replacing("\\|", with: "|")
            #expect(source.contains("\"\(fault)\""), "no scenario is called that: remove the line, or name it again")
        }
    }

    @Test func `a line goes into the table of its family, by its number`() throws {
        let table = ["", "| # | Fault | In rotation | Releases | Exit code | It says |", "| --- |"]
        var page = FaultsPage(
            text: (["# Faults"] + Fault.Family.allCases.flatMap { ["", "## \($0.rawValue)"] + table } + [""])
                .joined(separator: "\n"))
        for (number, text) in [(3, "c"), (1, "b"), (1, "a"), (3, "c")] {
            try page.put(
                FaultLine(
                    fault: Fault(.reaching, number, text), rotation: "all", releases: "old", ending: "3", message: "x|y"
                ))
        }
        #expect(
            page.faults == [
                "| 1 | a | all | old | 3 | x\\|y |", "| 1 | b | all | old | 3 | x\\|y |",
                "| 3 | c | all | old | 3 | x\\|y |",
            ])
        #expect(page.line(of: Fault(.reaching, 3, "c")) == "| 3 | c | all | old | 3 | x\\|y |")
        #expect(page.line(of: Fault(.logins, 3, "c")) == nil)
    }
}
