import Foundation
import TestSupport
import Testing

/// A fleet that serves release `v1` before a fault, a run that deploys `v2`, and what must hold afterwards whatever the
/// fault was.
struct FaultBench: Sendable {
    let fleet: Fleet
    /// What is deployed.
    let release: LabRelease
    private let before: [String: HAProxyServer.MemberState]
    private let watch: CurrentReleaseWatch

    var lab: Lab { fleet.lab }

    static func start(in lab: Lab, _ options: Fleet.Options = Fleet.Options()) async throws -> FaultBench {
        let fleet = try await Fleet.start(in: lab, options)
        let watch = CurrentReleaseWatch(fleet.hosts)
        lab.onCleanup { _ = await watch.stop() }
        return FaultBench(
            fleet: fleet, release: try LabRelease.make("2", in: lab), before: try await fleet.haproxy.members(),
            watch: watch)
    }

    /// Deploys release `v2`.
    ///
    /// - Parameters:
    ///   - sections: replaces parts of the inventory.
    ///   - ssh: lines that its `ssh` section has more.
    ///   - wrapper: a program that starts `deploy`, with its arguments.
    func deploy(
        _ sections: [String: String] = [:], ssh: String..., arguments: [String] = [],
        environment: [String: String] = [:], through wrapper: [String] = [], within limit: Duration = .seconds(90)
    ) async throws -> LabCommandResult {
        let inventory = try writeInventory(sections, ssh: ssh)
        return try await lab.command(
            wrapper + [try Repository.product("deploy")] + Self.arguments(inventory) + arguments,
            environment: environment, within: limit)
    }

    /// As ``deploy(_:ssh:arguments:environment:through:within:)``, and leaves it running.
    func startDeploy(
        _ sections: [String: String] = [:], ssh: String..., arguments: [String] = [],
        environment: [String: String] = [:]
    ) throws -> LabProcess {
        let inventory = try writeInventory(sections, ssh: ssh)
        return try fleet.startDeploy(Self.arguments(inventory) + arguments, environment: environment)
    }

    /// Writes the inventory of a run; what the hosts hold is watched from now on.
    func writeInventory(_ sections: [String: String] = [:], ssh: [String] = []) throws -> String {
        watch.start()
        var sections = sections
        if !ssh.isEmpty {
            sections["ssh"] = ([sections["ssh"] ?? fleet.sshSection] + ssh.map { "  \($0)" }).joined(separator: "\n")
        }
        return try fleet.writeInventory(release, sections: sections)
    }

    /// Compares what came of a fault with the line of the page, or renews that with `UPDATE_GOLDENS=1`.
    ///
    /// - Parameters:
    ///   - run: of the program, whose report names the hosts.
    ///   - message: what it said of the fault, where that is no failure.
    ///   - wanted: the version that exit code 0 promises on every host.
    func record(
        _ fault: Fault, _ run: LabCommandResult, saying message: String? = nil, wanted: String? = "2",
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        try await expectSafety(after: run, wanted: wanted, at: location)
        let line = FaultLine(
            fault: fault, rotation: try await rotation(), releases: releases(new: wanted ?? "2"),
            ending: Self.ending(run),
            message: ObservedText(fleet).plain(message ?? run.failureText))
        if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] == "1" {
            try FaultsPage.renew(line)
        } else {
            let committed = try FaultsPage.committed().line(of: fault)
            #expect(committed == line.markdown, "UPDATE_GOLDENS=1 writes it to Faults.md", sourceLocation: location)
        }
    }

    // MARK: Private

    private static func arguments(_ inventory: String) -> [String] {
        ["--inventory", inventory, "--release-id", "v2", "--format", "json"]
    }

    /// The invariants of a rollout, as far as they can be seen from outside.
    private func expectSafety(
        after run: LabCommandResult, wanted: String?, at location: SourceLocation
    ) async throws {
        let after = try await fleet.haproxy.members()
        for host in fleet.hosts {
            let (was, now) = (before["web/\(host.name)"], after["web/\(host.name)"])
            if was?.isInService == true, now?.isInService != true {
                #expect(run.status != 0, "\(host.name) is out of rotation: \(run.shown)", sourceLocation: location)
                #expect(
                    run.names(host.name), "\(host.name) is out of rotation, and nobody says so: \(run.shown)",
                    sourceLocation: location)
            }
            if was?.administrative != 0 {
                #expect(now?.administrative != 0, "\(host.name) was out before", sourceLocation: location)
            }
        }
        let mostOut = DrainLog(fleet.haproxy.recorder.changes).mostOutAtOnce
        #expect(mostOut <= 1, "more than a batch was out at once", sourceLocation: location)
        #expect(await watch.stop() == [], "`current` always means a whole release", sourceLocation: location)
        if run.status == 0, let wanted {
            #expect(
                fleet.versions.allSatisfy { $0 == wanted }, "exit code 0: \(run.shown)", sourceLocation: location)
            let areInService = after.values.allSatisfy(\.isInService)
            #expect(areInService, "exit code 0: \(run.shown)", sourceLocation: location)
        }
    }

    private func rotation() async throws -> String {
        let members = try await fleet.haproxy.members()
        let others = fleet.hosts.compactMap { host -> String? in
            guard let member = members["web/\(host.name)"], !member.isInService else { return nil }
            return "\(host.name) \(member.administrative == 0 ? "down" : "out")"
        }
        return others.isEmpty ? "all" : others.joined(separator: ", ")
    }

    private func releases(new: String) -> String {
        let words = ["1": "old", new: "new"]
        let versions = fleet.versions.map { words[$0] ?? $0 }
        if let first = versions.first, versions.allSatisfy({ $0 == first }) { return "all \(first)" }
        return zip(fleet.hosts, versions).map { "\($0.name) \($1)" }.joined(separator: ", ")
    }

    private static func ending(_ run: LabCommandResult) -> String {
        switch run.termination {
        case .exited(let status): "\(status)"
        case .signaled(let number): "killed by signal \(number)"
        }
    }
}

extension LabCommandResult {
    /// The failure that the run's report gives, with its hint; else the first line on stderr.
    var failureText: String {
        if let finished {
            let outcome = finished.outcomes.first { $0.reason != nil }
            if let outcome, let reason = outcome.reason { return "\(outcome.host): \(Self.text(reason))" }
            if case .failure(let failure) = finished.reason {
                return (failure.host.map { "\($0): " } ?? "") + Self.text(failure)
            }
        }
        let lines = errorText.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        let hint = lines.first { $0.hasPrefix("hint: ") }.map { " → " + $0.dropFirst("hint: ".count) }
        return (lines.first ?? "") + (hint ?? "")
    }

    private static func text(_ failure: RunEvent.Failure) -> String {
        failure.message + (failure.hint.map { " → \($0)" } ?? "")
    }

    /// Whether the report has the host out of rotation, or does not know, with a reason; where there is no report of hosts,
    /// whether it is said at all.
    fileprivate func names(_ host: String) -> Bool {
        guard let finished, !finished.outcomes.isEmpty else { return (text + errorText).contains(host) }
        return finished.outcomes.contains { $0.host == host && $0.rotation != "in" && $0.reason != nil }
    }

    /// The first line on stdout or stderr that holds a text.
    func line(with text: String) -> String? {
        (self.text + errorText).split(separator: "\n").first { $0.contains(text) }.map(String.init)
    }

    /// The first warning that holds a text.
    func warning(with text: String) -> String? {
        events.first { $0.event == "run.warned" && $0.message?.contains(text) == true }.flatMap { event in
            event.message.map { (event.host.map { "\($0): " } ?? "") + $0 }
        }
    }
}
