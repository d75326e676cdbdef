import DeployModel
import Testing

@testable import Rollout

struct BatchSizingTests {
    struct Row: CustomTestStringConvertible {
        var sizes: [BatchSize]
        var hosts: Int
        var batches: [Int]

        var testDescription: String { "\(hosts) hosts by \(sizes) are \(batches)" }
    }

    @Test(arguments: [
        Row(sizes: [], hosts: 0, batches: []),
        Row(sizes: [], hosts: 1, batches: [1]),
        Row(sizes: [], hosts: 4, batches: [1, 1, 1, 1]),
        Row(sizes: [], hosts: 5, batches: [1, 1, 1, 1, 1]),
        Row(sizes: [], hosts: 8, batches: [2, 2, 2, 2]),
        Row(sizes: [], hosts: 11, batches: [2, 2, 2, 2, 2, 1]),
        Row(sizes: [.count(3)], hosts: 7, batches: [3, 3, 1]),
        Row(sizes: [.count(100)], hosts: 7, batches: [7]),
        Row(sizes: [.count(0)], hosts: 2, batches: [1, 1]),
        Row(sizes: [.percent(25)], hosts: 3, batches: [1, 1, 1]),
        Row(sizes: [.percent(34)], hosts: 3, batches: [1, 1, 1]),
        Row(sizes: [.percent(67)], hosts: 3, batches: [2, 1]),
        Row(sizes: [.percent(100)], hosts: 3, batches: [3]),
        Row(sizes: [.count(1), .percent(50)], hosts: 9, batches: [1, 4, 4]),
        Row(sizes: [.count(1), .count(2), .count(3)], hosts: 10, batches: [1, 2, 3, 3, 1]),
        Row(sizes: [.percent(.max)], hosts: 3, batches: [3]),
    ])
    func `sizes cut the fleet into batches`(row: Row) {
        let batches = BatchSizing.batches(of: Array(0..<row.hosts), sizes: row.sizes)
        #expect(batches.map(\.count) == row.batches)
        #expect(batches.flatMap(\.self) == Array(0..<row.hosts))
    }
}
