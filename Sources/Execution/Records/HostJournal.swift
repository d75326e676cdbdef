package import DeployModel

/// The journal of one run, on the hosts of its service.
///
/// What is about one host is noted there; what is about the run is noted on every host that can be reached, at least one.
/// With its end a run forgets the oldest ones.
package struct HostJournal: RunJournal {
    private let records: HostRecords
    private let run: String
    /// Is given every line too, for a copy here.
    private let copy: @Sendable (String) -> Void

    /// - Parameters:
    ///   - records: of all hosts of the service.
    ///   - copy: takes each entry as a line of JSON, with the host where it is about one.
    package init(of run: String, on records: HostRecords, copy: @escaping @Sendable (String) -> Void = { _ in }) {
        self.run = run
        self.records = records
        self.copy = copy
    }

    package func record(_ entry: JournalEntry, on host: HostName?) async throws(DeployError) {
        copy(RecordText.line(LocalEntry(host: host?.text, entry: entry)))
        let results = await append(entry, on: host.map { [$0] })
        if let host {
            guard let result = results[host] else {
                throw DeployError(
                    .preflightFailed, host: host,
                    "could not be reached when the lease was taken, so nothing is changed on it",
                    hint: "deploy again now that it answers")
            }
            try result.get()
        } else if !results.values.contains(where: { (try? $0.get()) != nil }) {
            try results.values.first?.get()
        }
    }

    package func markIrreversible(_ release: ReleaseID, step: String) async throws(DeployError) {
        let results = await records.onEach { _, layout, scripts throws(DeployError) in
            guard var manifest = try await scripts.list(layout).manifests[release],
                manifest.irreversibleStep == nil
            else { return }
            manifest.irreversibleStep = step
            try await scripts.run(ReleaseCommands.write(manifest, layout))
        }
        for (_, result) in results.sorted(by: { $0.key < $1.key }) {
            guard case .failure(var error) = result else { continue }
            error.message = "`\(step)` is `irreversible`, and that cannot be noted: \(error.message)"
            throw error
        }
    }

    /// Notes in the journal of another run that this one has taken it over.
    package func close(_ other: String, entry: JournalEntry, on hosts: Set<HostName>) async {
        _ = await records.onEach(hosts) { _, layout, scripts throws(DeployError) in
            try await scripts.run(JournalCommands.append(entry, run: other, layout))
        }
    }

    // MARK: Private

    private struct LocalEntry: Encodable {
        var host: String?
        var entry: JournalEntry
    }

    private func append(
        _ entry: JournalEntry, on hosts: Set<HostName>?
    ) async -> [HostName: Result<Void, DeployError>] {
        await records.onEach(hosts) { [run] host, layout, scripts throws(DeployError) in
            do throws(DeployError) {
                let note = JournalCommands.append(entry, run: run, layout)
                try await scripts.run(entry.act == .finished ? note.then(JournalCommands.prune(layout)) : note)
            } catch {
                guard error.code == .commandFailed || error.code == .diskFull else { throw error }
                var error = error
                let reason = error.evidence.last ?? error.message
                error.message = "the journal in `\(layout.records)` cannot be written: \(reason)"
                error.hint = "nothing is changed on a host that cannot note it; is its disk full?"
                throw error
            }
        }
    }
}
