package import DeployModel
import SSHTransport

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The lease of a service, held on its hosts.
///
/// It is asked of every host of the service that is deployed to, whatever the selection: all that can be reached must give
/// it, and at least half of all. The first of them, in the order of their names, decides among runs that begin at the same
/// time; the others follow at once. Time is each host's own clock. With the lease the hosts' dead-man switches are renewed.
package actor HostLease: RunLease {
    private let records: HostRecords
    private let clock: any RolloutClock
    private let ttl: Duration
    /// How long every dead-man switch on the hosts waits for its next renewal.
    private let deadMan: Duration
    private var holder: LeaseHolder
    /// By host, when the last renewal that succeeded was begun, by our clock.
    private var confirmed: [HostName: Duration] = [:]
    private var loss: DeployError?
    /// Hosts whose switch, armed by this run, has fired.
    private var fired: Set<HostName> = []
    /// A host has said that another run has it, or that nobody has it after a time in which one could have come.
    private var hasOtherCome = false

    /// - Parameters:
    ///   - records: of all hosts of the service.
    ///   - deadMan: how long the hosts' dead-man switches wait for a renewal, those that earlier runs armed too.
    package init(
        on records: HostRecords, holder: LeaseHolder, ttl: Duration, deadMan: Duration, clock: any RolloutClock
    ) {
        self.records = records
        self.holder = holder
        self.ttl = ttl
        self.deadMan = deadMan
        self.clock = clock
    }

    /// Takes the lease, and waits for it where another run has it.
    ///
    /// - Parameters:
    ///   - endedRuns: how many of the newest runs that have ended the records tell of, besides those that have not.
    ///   - waiting: is told, once for each, for whom we wait.
    /// - Returns: the records of the hosts that gave it, as they are now that no other run can change them.
    /// - Throws: ``DeployError`` `.leaseHeld` when the wait is over; `.unreachable` where too few hosts can be asked; what
    ///   keeps a host from noting the lease.
    package func acquire(
        wait: Duration, endedRuns: Int = 0, waiting: @Sendable (LeaseReading) -> Void
    ) async throws(DeployError) -> [HostRecord] {
        let deadline = clock.now + wait
        var collisions = 0
        var announced: String?
        while true {
            guard let obstacle = try await attempt() else { return try await begin(endedRuns: endedRuns) }
            let run = obstacle.reading.holder?.run
            let isPassing = obstacle.reading.holder?.isAcquiring == true || !obstacle.reading.isAlive
            if isPassing, collisions < Self.collisionLimit {
                // Two runs that reach different hosts first may each hold what the other needs: both let go, one is first.
                collisions += 1
                try await pause(for: .milliseconds(Int.random(in: 50...400)))
                continue
            }
            let left = deadline - clock.now
            guard left > .zero else { throw Self.held(obstacle.reading, on: obstacle.host) }
            if announced != run ?? "" {
                announced = run ?? ""
                waiting(obstacle.reading)
            }
            try await pause(for: min(left, .milliseconds(Int.random(in: 500...1500))))
        }
    }

    /// The hosts that gave the lease: those that a run can note anything on.
    package var hosts: Set<HostName> { Set(confirmed.keys) }

    /// Says what the run is doing; written with the next renewal.
    package func note(phase: String) {
        holder.phase = phase
    }

    /// Renews the lease until the task is cancelled or the lease is lost.
    ///
    /// - Parameter fired: is told, once for each host, that the switch which this run armed has fired.
    package func keep(
        fired report: @Sendable (HostName) -> Void = { _ in }, lost: @Sendable (DeployError) async -> Void
    ) async {
        while (try? await clock.wait(for: ttl / 3)) != nil {
            let known = fired
            await renew()
            for host in fired.subtracting(known).sorted() { report(host) }
            if let loss = loss ?? (isFresh ? nil : Self.stale(ttl)) {
                self.loss = loss
                await lost(loss)
                return
            }
        }
    }

    package func confirm() async throws(DeployError) {
        if loss == nil, !isFresh { await renew() }
        if let loss { throw loss }
        guard isFresh else { throw Self.stale(ttl) }
    }

    package func isTaken() async -> Bool {
        if loss == nil, !isFresh { await renew() }
        return hasOtherCome
    }

    /// Gives the lease back on every host that can be reached.
    package func release() async {
        let (records, run, hosts) = (records, holder.run, Set(confirmed.keys))
        confirmed = [:]
        guard !hosts.isEmpty else { return }
        // Awaited right here. A task of its own, so that it is given back after a cancellation too.
        await Task {
            _ = await records.onEach(hosts) { _, layout, scripts throws(DeployError) in
                try await scripts.run(LeaseCommands.release(run: run, layout), timeout: .seconds(15))
            }
        }.value
    }

    // MARK: Private

    /// How often a run lets go and tries again when another is collecting hosts at the same moment.
    private static let collisionLimit = 20

    /// A host that did not give the lease.
    private struct Obstacle {
        var host: HostName
        var reading: LeaseReading
    }

    /// Enough hosts have renewed it, long enough before the first of them may give it to another.
    private var isFresh: Bool {
        let oldest = clock.now - ttl + max(.seconds(1), ttl / 10)
        return confirmed.values.count { $0 > oldest } * 2 >= max(1, confirmed.count)
    }

    /// One try over all hosts; holds nothing when it returns an obstacle or throws.
    private func attempt() async throws(DeployError) -> Obstacle? {
        var unreachable: [DeployError] = []
        var rest = records.hosts.map(\.name).sorted()[...]
        while confirmed.isEmpty, let first = rest.popFirst() {
            let obstacle = try await takeAll([first], &unreachable)
            if let obstacle { return obstacle }
        }
        if let obstacle = try await takeAll(Set(rest), &unreachable) { return obstacle }
        guard confirmed.count * 2 >= records.hosts.count, !confirmed.isEmpty else {
            await release()
            var error = unreachable.first ?? DeployError(.unreachable, "no host could be asked for the lease")
            error.message =
                "the lease needs at least half of the \(records.hosts.count) hosts of the service, and only "
                + "\(records.hosts.count - unreachable.count) can be reached: \(error.message)"
            throw error
        }
        return nil
    }

    /// Says that we have it, and reads what the hosts hold, once none of them is acting for itself.
    private func begin(endedRuns: Int) async throws(DeployError) -> [HostRecord] {
        holder.phase = "preparing"
        let deadline = clock.now + Self.longestFiring
        while true {
            let begun = clock.now
            let results = await records.onEach(Set(confirmed.keys)) {
                [holder, ttl, deadMan] host, layout, scripts throws(DeployError) in
                let script = Self.renewal(holder, ttl: ttl, deadMan: deadMan, layout)
                    .then(DeadManCommands.forgetFired(layout)).then(RecordCommands.read(layout, endedRuns: endedRuns))
                return HostRecord(
                    host: host.name, output: try await scripts.run(script), layout: layout, now: Date())
            }
            let read = results.values.compactMap { try? $0.get() }
            for record in read { note(record.lease ?? .nobody, of: record.host, begun: begun) }
            if let loss { throw loss }
            guard let busy = read.filter({ $0.deadMan?.state == .firing }).map(\.host).min() else { return read }
            guard clock.now < deadline else {
                throw DeployError(
                    .deadManFired, host: busy, "its dead-man switch is still putting it back; nothing was changed",
                    hint: "look at what its `activate` steps wait for, and try again")
            }
            try await pause(for: .seconds(1))
        }
    }

    /// How long a host may take to put itself back before nobody waits for it any more.
    private static let longestFiring: Duration = .seconds(120)

    /// What keeps the lease, and every dead-man switch on the host, from running out.
    private static func renewal(
        _ holder: LeaseHolder, ttl: Duration, deadMan: Duration, _ layout: ReleaseLayout
    ) -> ShellScript {
        LeaseCommands.renew(holder, ttl: ttl, layout).then(DeadManCommands.renew(within: deadMan, layout))
    }

    private func takeAll(
        _ names: Set<HostName>, _ unreachable: inout [DeployError]
    ) async throws(DeployError) -> Obstacle? {
        holder.phase = LeaseHolder.acquiring
        let begun = clock.now
        let results = await ask(names) { [holder, ttl] layout in LeaseCommands.acquire(holder, ttl: ttl, layout) }
        var obstacle: Obstacle?
        var failure: DeployError?
        for (host, result) in results.sorted(by: { $0.key < $1.key }) {
            switch result.map(LeaseReading.init(output:)) {
            case .success(let reading) where reading.holder?.run == holder.run: confirmed[host] = begun
            case .success(let reading): obstacle = obstacle ?? Obstacle(host: host, reading: reading)
            case .failure(let error) where [.unreachable, .connectionLost].contains(error.code):
                unreachable.append(error)
            case .failure(let error): failure = failure ?? error
            }
        }
        if obstacle != nil || failure != nil { await release() }
        if let obstacle { return obstacle }
        if let failure { throw failure }
        return nil
    }

    private func renew() async {
        let begun = clock.now
        let results = await ask(Set(confirmed.keys)) { [holder, ttl, deadMan] layout in
            Self.renewal(holder, ttl: ttl, deadMan: deadMan, layout)
        }
        for (host, result) in results {
            guard case .success(let output) = result else { continue }
            note(LeaseReading(output: output), of: host, begun: begun)
            let own = DeadManReading.all(in: output).filter { $0.run == holder.run }
            if own.contains(where: { $0.state == .firing || $0.state == .fired }) { fired.insert(host) }
        }
    }

    /// Takes in what a host answered to a renewal.
    private func note(_ reading: LeaseReading, of host: HostName, begun: Duration) {
        if reading.holder?.run == holder.run, reading.isAlive {
            if confirmed[host] != nil { confirmed[host] = begun }
        } else {
            loss = loss ?? Self.lost(to: reading, on: host)
            let age = begun - (confirmed[host] ?? begun)
            if reading.holder.map({ $0.run != holder.run }) ?? (age >= ttl) { hasOtherCome = true }
        }
    }

    private func ask(
        _ names: Set<HostName>, _ script: @escaping @Sendable (ReleaseLayout) -> ShellScript
    ) async -> [HostName: Result<String, DeployError>] {
        await records.onEach(names) { host, layout, scripts throws(DeployError) in
            do throws(DeployError) {
                return try await scripts.run(script(layout), timeout: .seconds(20))
            } catch {
                guard error.code == .commandFailed else { throw error }
                var error = error
                let said = error.evidence.last.map { ": \($0)" } ?? ""
                // Where no command runs at all, that is what there is to say.
                guard error.hint == nil else {
                    error.message += said
                    throw error
                }
                error.message = "the lease cannot be noted in `\(layout.records)`\(said)"
                if !said.contains("Read-only file system") {
                    error.hint = "on the host, once: `sudo install -d -o USER \(layout.destination)`"
                }
                throw error
            }
        }
    }

    private func pause(for duration: Duration) async throws(DeployError) {
        do { try await clock.wait(for: duration) } catch {
            throw DeployError(.interrupted, "interrupted while waiting for the lease")
        }
    }

    private static func held(_ reading: LeaseReading, on host: HostName) -> DeployError {
        DeployError(
            .leaseHeld, "\(LeaseText.sentence(reading)), as `\(host)` says; nothing was changed",
            hint: "wait for it with `--lease-wait 15m`; what it does: `deploy status`; if it is gone for good: "
                + "`deploy lease release`")
    }

    private static func lost(to reading: LeaseReading, on host: HostName) -> DeployError {
        let who = reading.holder.map { "`\(host)` has given it to run \($0.run) of \($0.who)" }
        return DeployError(.leaseLost, "the lease was lost: \(who ?? "`\(host)` does not know of it any more")")
    }

    private static func stale(_ ttl: Duration) -> DeployError {
        DeployError(
            .leaseLost,
            "the lease could not be renewed within \(ReadableDuration.text(ttl)) on at least half of the hosts: another "
                + "run may hold it now")
    }
}
