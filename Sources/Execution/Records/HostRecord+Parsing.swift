import DeployModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension HostRecord {
    /// Reads what ``RecordCommands/read(_:)`` printed. Lines it does not know are left out.
    ///
    /// - Parameter now: our clock when the answer came.
    init(host: HostName, output: String, layout: ReleaseLayout, now: Date) {
        let inventory = ReleaseInventory(output: output)
        self.init(host: host, live: inventory.live(layout), releases: inventory.held)
        var clock: Int64?
        var lines: [String: [Substring]] = [:]
        for line in output.split(separator: "\n") {
            let (word, value) = Self.divided(line)
            switch word {
            case "clock":
                clock = Int64(value)
                if let clock { clockOffset = .seconds(Double(clock) - now.timeIntervalSince1970.rounded(.down)) }
            case "lease":
                lease = clock.flatMap { LeaseReading(line: value, clock: $0) }
            case "entry":
                let (run, json) = Self.divided(value)
                if !json.isEmpty { lines[String(run), default: []].append(json) }
            case "switch":
                deadMan = DeadManReading(line: value) ?? deadMan
            case "ended":
                let (run, fleet) = Self.divided(value)
                // One that vanished, and was closed by another, has left what that one has said.
                endedRuns[String(run)] = RunOutcome.FleetState(rawValue: String(fleet)) ?? .mixedServing
            case "mark":
                mark = RecordText.value(of: value) ?? Self.unreadableMark
            default: break
            }
        }
        runs = lines.map { RunTrace(run: $0, lines: $1) }.sorted { $0.run < $1.run }
    }

    // MARK: Private

    /// A mark that cannot be read is still one: somebody wanted the host left out.
    private static let unreadableMark = MaintenanceMark(
        reason: "the mark cannot be read", by: "unknown", since: Date(timeIntervalSince1970: 0))

    private static func divided(_ line: Substring) -> (word: Substring, rest: Substring) {
        guard let space = line.firstIndex(of: " ") else { return (line, "") }
        return (line[..<space], line[line.index(after: space)...])
    }
}

extension RunTrace {
    /// Reads the lines of a journal. One that is torn says nothing; one of a newer format says that more has happened.
    init(run: String, lines: [Substring]) {
        var entries: [JournalEntry] = []
        var isNewer = false
        for line in lines {
            if let entry = RecordText.value(JournalEntry.self, of: line), entry.format == JournalEntry.currentFormat {
                entries.append(entry)
            } else if let format = RecordText.value(Format.self, of: line) {
                isNewer = isNewer || format.format > JournalEntry.currentFormat
            }
        }
        self.init(run: run, entries: entries, isFromNewerVersion: isNewer)
    }

    private struct Format: Decodable {
        var format: Int
    }
}

extension DeadManReading {
    /// Reads `RUN STATE [SECONDS]` as ``DeadManCommands`` prints it.
    init?(line: some StringProtocol) {
        let parts = line.split(separator: " ")
        guard parts.count >= 2 else { return nil }
        let seconds = parts.count > 2 ? Int64(parts[2]) : nil
        let state: State
        switch (parts[1], seconds) {
        case ("broken", _): state = .broken
        case ("firing", _): state = .firing
        case ("fired", _): state = .fired
        case (let word, let seconds?):
            guard let order = DeadManOrder(rawValue: String(word)) else { return nil }
            state = .armed(order, remaining: .seconds(seconds))
        default: return nil
        }
        self.init(run: String(parts[0]), state: state)
    }

    /// Every switch that ``DeadManCommands`` printed.
    static func all(in output: String) -> [DeadManReading] {
        output.split(separator: "\n").filter { $0.hasPrefix("switch ") }.compactMap {
            DeadManReading(line: $0.dropFirst(7))
        }
    }
}

extension LeaseReading {
    /// Reads `EXPIRES RUN HOLDER` as ``LeaseCommands`` prints it; `nil` where nobody has held the lease, or has given it
    /// back.
    init?(line: some StringProtocol, clock: Int64) {
        let parts = line.split(separator: " ", maxSplits: 2)
        guard parts.count == 3, let expires = Int64(parts[0]), expires > 0 else { return nil }
        let (remaining, overflow) = expires.subtractingReportingOverflow(clock)
        self.init(
            holder: RecordText.value(LeaseHolder.self, of: parts[2]), remaining: .seconds(overflow ? 0 : remaining))
    }
}

extension LeaseReading {
    /// Of a host whose lease nobody holds.
    static let nobody = LeaseReading(holder: nil, remaining: .zero)

    /// Reads what ``LeaseCommands`` printed; a lease that nobody holds is one that has expired.
    init(output: String) {
        var clock: Int64 = 0
        var reading: LeaseReading?
        for line in output.split(separator: "\n") {
            if line.hasPrefix("clock ") { clock = Int64(line.dropFirst(6)) ?? 0 }
            if line.hasPrefix("lease ") { reading = LeaseReading(line: line.dropFirst(6), clock: clock) }
        }
        self = reading ?? .nobody
    }
}

extension ReleaseInventory {
    /// The releases as the model knows them, newest first.
    var held: [HeldRelease] {
        let ours = manifests.values.compactMap { manifest -> HeldRelease? in
            var state = manifest.state
            if manifest.linkTarget == nil, !complete.contains(manifest.id) {
                // A manifest outlives its directory only where somebody removed that by hand.
                guard partial.contains(manifest.id) else { return nil }
                state = .uploading
            }
            return HeldRelease(
                id: manifest.id, state: state, contentDigest: manifest.contentDigest, created: manifest.created,
                gitCommit: manifest.gitCommit, irreversibleStep: manifest.irreversibleStep)
        }
        return ours.sorted { ($0.created, $0.id.text) > ($1.created, $1.id.text) }
    }
}
