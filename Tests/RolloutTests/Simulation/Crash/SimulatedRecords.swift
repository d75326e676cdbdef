import DeployModel
import TestSupport

/// What runs note on a host's disk, as a disk keeps it: a line is there for certain once it was synced.
struct SimulatedRecords {
    /// Who holds the lease of the service, and until when.
    struct Lease {
        var run: String
        var expires: Duration
    }

    private struct Line {
        /// `nil` for one that is torn.
        var entry: JournalEntry?
        var isSynced = false
    }

    var lease: Lease?
    private var journals: [String: [Line]] = [:]

    mutating func append(_ entry: JournalEntry, to run: String) {
        journals[run, default: []].append(Line(entry: entry))
    }

    /// Everything that was appended to a journal is on the disk.
    mutating func sync(_ run: String) {
        for index in journals[run]?.indices ?? 0..<0 { journals[run]?[index].isSynced = true }
    }

    /// Of the lines that were not synced only the first few are kept, and the last of these may be torn.
    ///
    /// - Returns: whether one is.
    mutating func losePower(_ random: inout SeededGenerator) -> Bool {
        var isTorn = false
        for run in journals.keys.sorted() {
            guard let lines = journals[run], let first = lines.firstIndex(where: { !$0.isSynced }) else { continue }
            var kept = Array(lines.prefix(first + random.int(0...(lines.count - first))))
            if kept.count > first, random.chance(50) {
                kept[kept.count - 1].entry = nil
                isTorn = true
            }
            for index in kept.indices { kept[index].isSynced = true }
            journals[run] = kept
        }
        return isTorn
    }

    /// What a command is told that reads the records: the journals of runs that have not ended, and the names of the others.
    func record(of host: HostName) -> HostRecord {
        let traces = journals.sorted { $0.key < $1.key }
            .map { run, lines in RunTrace(run: run, entries: lines.compactMap(\.entry)) }
        let ended = traces.filter { !$0.isOpen && !$0.isPaused }
            .map { ($0.run, $0.ending?.state ?? .mixedServing) }
        return HostRecord(
            host: host, runs: traces.filter { $0.isOpen || $0.isPaused },
            endedRuns: Dictionary(ended, uniquingKeysWith: { first, _ in first }))
    }
}
