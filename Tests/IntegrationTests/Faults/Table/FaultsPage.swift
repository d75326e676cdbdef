import Foundation
import Synchronization
import TestSupport

/// The page of the documentation that says what each fault leads to: a heading and a table for each family.
struct FaultsPage {
    static let path = "\(Repository.root)/Sources/DeployModel/Documentation.docc/Faults.md"

    private(set) var lines: [String]

    init(text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    static func committed() throws -> FaultsPage {
        FaultsPage(text: try String(contentsOfFile: path, encoding: .utf8))
    }

    var text: String { lines.joined(separator: "\n") }

    /// The lines of all tables.
    var faults: [String] { Fault.Family.allCases.flatMap { rows(of: $0).map { lines[$0] } } }

    func line(of fault: Fault) -> String? {
        rows(of: fault.family).map { lines[$0] }.first { $0.hasPrefix(FaultLine.beginning(of: fault)) }
    }

    /// Puts a line in its place, which is by number, then by text.
    ///
    /// - Throws: ``LabError`` when the page has no table for its family.
    mutating func put(_ line: FaultLine) throws {
        lines.removeAll { $0.hasPrefix(FaultLine.beginning(of: line.fault)) }
        guard let heading = heading(of: line.fault.family) else {
            throw LabError("Faults.md has no table `\(line.fault.family.rawValue)`")
        }
        let next = rows(of: line.fault.family).first { Self.isOrdered(line.markdown, before: lines[$0]) }
        let end = rows(of: line.fault.family).last.map { $0 + 1 } ?? heading + 4
        lines.insert(line.markdown, at: next ?? end)
    }

    private static let writing = Mutex(())

    /// Writes a line to the page. The tests of one run take turns.
    static func renew(_ line: FaultLine) throws {
        try writing.withLock { _ in
            var page = try committed()
            try page.put(line)
            try page.text.write(toFile: path, atomically: true, encoding: .utf8)
        }
    }

    // MARK: Private

    private func heading(of family: Fault.Family) -> Int? {
        lines.firstIndex(of: "## \(family.rawValue)")
    }

    /// Below the heading come an empty line, the names of the columns, and the line that makes them that.
    private func rows(of family: Fault.Family) -> Range<Int> {
        guard let heading = heading(of: family), heading + 4 <= lines.count else { return 0..<0 }
        let first = heading + 4
        return first..<(lines[first...].firstIndex { !$0.hasPrefix("| ") } ?? lines.count)
    }

    private static func isOrdered(_ line: String, before other: String) -> Bool {
        let (number, otherNumber) = (self.number(of: line), self.number(of: other))
        return number == otherNumber ? line < other : number < otherNumber
    }

    private static func number(of line: String) -> Int {
        Int(line.dropFirst(2).prefix { $0.isNumber }) ?? .max
    }
}
