package import DeployModel
import Testing

/// What every source of hosts has to keep, whatever it asks.
package enum HostSourceConformance {
    /// - Parameters:
    ///   - source: knows some hosts.
    ///   - empty: is asked for hosts that do not exist.
    ///   - broken: cannot be asked, or answers nonsense.
    package static func check(
        _ source: any HostSource, empty: any HostSource, broken: any HostSource
    ) async throws(DeployError) {
        let first = try await source.hosts().hosts
        #expect(!first.isEmpty)
        #expect(Set(first.map(\.name)).count == first.count, "a name occurs twice: \(first.map(\.name))")
        let second = try await source.hosts().hosts
        #expect(second == first, "the order, or a host, changed between two questions")
        for (source, kind) in [(empty, "no hosts"), (broken, "a broken answer")] {
            do {
                let answer = try await source.hosts()
                Issue.record("\(kind) is not refused: \(answer)")
            } catch {
                #expect(!error.message.isEmpty)
                #expect(error.hint?.isEmpty != true, "\(kind) has a hint without words")
            }
        }
    }
}
