package import DeployModel
import SSHTransport
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Performs one host's part of a rollout over its SSH connection.
///
/// It keeps no picture of the host: what is there is asked whenever it matters, so that a call repeated by another run, or
/// after a break, finds its way.
package final class SSHHostExecutor: HostExecutor {
    package let host: Host
    let context: ExecutionContext
    let channel: any HostChannel
    let layout: ReleaseLayout
    /// Where releases lie that are not ours, as found when the link was last looked at.
    private let adoptedDirectories = Mutex<[ReleaseID: String]>([:])
    private let loginUser: Mutex<String>
    /// How long the dead-man switch waits that this run has armed; `nil` where none is.
    let armedTime = Mutex<Duration?>(nil)

    init(host: Host, user: String, channel: any HostChannel, context: ExecutionContext) {
        self.host = host
        self.context = context
        self.channel = channel
        layout = ReleaseLayout(
            context.configuration, placeholders: Placeholders(host: host, release: nil, service: context.service))
        loginUser = Mutex(user)
    }

    package func inspect(release: Release) async throws(DeployError) -> HostFacts {
        let output = try await scripts.run(
            InspectCommand.make(layout, sudo: sudoNeeds, sharedFiles: context.configuration.shared.files))
        var report = InspectReport(output: output)
        report.adoptedID = context.adoptedID
        loginUser.withLock { $0 = report.user }
        remember(report.inventory)
        var facts = try report.facts(for: release, on: host.name, layout)
        facts.warnings += try await checkConnection(user: report.user)
        facts.mark = HostRecord(host: host.name, output: output, layout: layout, now: Date()).mark
        if let mark = facts.mark, mark.isOver(at: Date()) {
            facts.warnings.append(
                "its maintenance by \(mark.by) should be over by now, and it stays out of rotation: "
                    + "`deploy enable --limit \(host.name)` puts it back")
        }
        return facts
    }

    package func upload(_ release: Release) async throws(DeployError) -> UploadResult {
        guard context.source != nil else {
            try checkHeld(release, in: try await scripts.list(layout))
            return UploadResult(wasPresent: true, transferredFiles: 0, transferredBytes: 0, deletedFiles: 0)
        }
        do {
            return try await uploader().upload(release)
        } catch {
            guard error.code == .connectionLost, !Task.isCancelled else { throw error }
            return try await uploadAgain(release, after: error)
        }
    }

    package func runSteps(
        _ phase: StepPhase, release: ReleaseID, previous: ReleaseID?
    ) async throws(DeployError) {
        guard let steps = context.steps[phase], !steps.isEmpty else { return }
        let inventory = phase == .prepare ? try await scripts.list(layout) : nil
        // It may be live, and is not to be changed under the service.
        if inventory?.manifests[release]?.isPrepared == true { return }
        try await runner.run(
            steps, phase: phase, at: place(of: phase, release: release, previous: previous),
            // A phase that runs once runs where the rollout chose.
            where: { step in
                phase == .onceBefore || phase == .onceAfter || context.isMeant(step, for: host.name)
            })
        if let inventory { try await noteState(of: release, in: inventory) { $0.isPrepared = true } }
    }

    package func activateLink(to release: ReleaseID) async throws(DeployError) {
        var inventory = try await scripts.list(layout)
        remember(inventory)
        if release == context.release?.id, let expected = context.release {
            do { try checkHeld(expected, in: inventory) } catch {
                var error = error
                error.code = .switchFailed
                throw error
            }
        }
        guard let target = inventory.linkTarget(for: release, layout) else {
            throw DeployError(
                .switchFailed, host: host.name, "the host does not hold release `\(release)`",
                hint: "what it holds lies in `\(layout.releases)`")
        }
        do {
            inventory = try await adoptDirectory(inventory)
            try await adoptLiveRelease(inventory)
            try await noteState(of: release, in: inventory) { manifest in
                if manifest.state == .ready { manifest.state = .live }
            }
        } catch {
            guard error.code == .commandFailed || error.code == .diskFull else { throw error }
            throw DeployError(
                .switchFailed, host: host.name, "what is live now could not be noted: \(error.message)",
                evidence: error.evidence)
        }
        try await applyInPlace(release, inventory)
        let result = try await channel.run(
            switchLink(to: target), timeout: .seconds(60), idleTimeout: nil, isRepeatable: true, output: nil)
        guard !result.isSuccess else { return }
        if let refusal = deadManRefusal(result) { throw refusal }
        let evidence = EvidenceTail.lines(of: result.standardError)
        // Only a script that failed before its rename tells that the link is the old one.
        let isCertain =
            if case .status(let status) = result.exit { status != LinkCommands.statusOfForeignSwitch } else { false }
        throw DeployError(
            isCertain ? .switchFailed : .commandFailed, host: host.name,
            "`\(layout.link)` could not be switched to release `\(release)`", evidence: evidence)
    }

    package func markGood(_ release: ReleaseID) async throws(DeployError) {
        var inventory = try await scripts.list(layout)
        inventory = try await noteState(of: release, in: inventory) { $0.state = .good }
        let removable = Pruning.removable(
            from: inventory, live: inventory.live(layout)?.id, keep: context.configuration.keep, now: Date())
        guard !removable.isEmpty else { return }
        try await scripts.run(
            ReleaseCommands.remove(removable, layout, hasOwner: context.configuration.owner != nil),
            timeout: .seconds(600))
    }

    package func markBad(_ release: ReleaseID) async throws(DeployError) {
        try await noteState(of: release) { manifest in
            if manifest.state != .good { manifest.state = .bad }
        }
    }

    // MARK: Private

    /// One more try after the connection broke, which goes on from what has arrived: nothing live has been touched yet.
    private func uploadAgain(_ release: Release, after first: DeployError) async throws(DeployError) -> UploadResult {
        let brokeOff = "the upload broke off: \(first.message)"
        context.events.publish(.warning(host: host.name, message: "\(brokeOff); connecting again"))
        do {
            return try await uploader().upload(release)
        } catch {
            var error = error
            switch error.code {
            case .unreachable:
                error.code = .connectionLost
                error.message = "\(brokeOff); the host cannot be reached again: \(error.message)"
                error.hint = "the live release is untouched; deploy again once the host is back"
            case .connectionLost:
                error.message = "the upload broke off twice: \(error.message)"
                error.hint = "the live release is untouched; deploy again: what has arrived is used"
            default:
                break
            }
            throw error
        }
    }

    var scripts: ReleaseScripts { ReleaseScripts(host: host.name, channel: channel) }

    /// The account of the connection.
    var user: String { loginUser.withLock { $0 } }

    var runner: StepRunner {
        StepRunner(
            host: host, channel: channel, user: user, local: context.local, localDirectory: context.localDirectory,
            environment: StepEnvironment(
                host: host, service: context.service, run: context.run, gitCommit: context.gitCommit,
                common: context.environment, secrets: context.secrets),
            limits: context.limits, events: context.events, rsync: rsync)
    }

    func place(of phase: StepPhase, release: ReleaseID, previous: ReleaseID?) -> StepRunner.Place {
        let directory = directory(of: release, in: phase)
        return StepRunner.Place(
            release: release, previous: previous, releaseDirectory: directory,
            // Before the switch a service runs what it ran.
            releases: layout.applied == nil && phase == .activate ? layout.releases : nil,
            startDirectory: startDirectory(in: phase, directory, hasPrevious: previous != nil),
            placeholders: Placeholders(host: host, release: release, service: context.service))
    }

    /// What copies files to this host.
    private var rsync: @Sendable () throws(DeployError) -> RsyncRunner {
        { [context, channel] () throws(DeployError) in
            RsyncRunner(
                channel: channel, handover: try context.handover(), environment: context.childEnvironment,
                remoteShell: context.remoteShell)
        }
    }

    private func uploader() throws(DeployError) -> ReleaseUploader {
        guard let source = context.source, let sourceGuard = context.sourceGuard else {
            throw DeployError(.internal, host: host.name, "this run has no files to upload")
        }
        return ReleaseUploader(
            host: host.name, layout: layout, source: source, sourceGuard: sourceGuard, comparison: context.comparison,
            verification: context.configuration.verification, additions: additions, scripts: scripts,
            rsync: try rsync(),
            progressed: { [events = context.events, name = host.name] progress in
                events.publish(.uploadProgressed(host: name, progress: progress))
            })
    }

    private var additions: ReleaseAdditions {
        let configuration = context.configuration
        return ReleaseAdditions(
            environmentFile: configuration.environmentFile.map { path in
                let variables = host.environment.over(context.environment).exposed(context.secrets)
                return ReleaseAdditions.EnvironmentFile(path: path, text: Secret(EnvironmentFile.text(variables)))
            }, shared: configuration.shared, owner: configuration.owner)
    }

    /// With `layout: in_place` a release becomes live by being copied; the link then only says which one was.
    private func applyInPlace(_ release: ReleaseID, _ inventory: ReleaseInventory) async throws(DeployError) {
        guard let applied = layout.applied else { return }
        let last = inventory.live(layout)?.id
        do {
            try await scripts.run(
                InPlaceCommands.apply(
                    layout.directory(of: release), to: applied, over: last.map(layout.directory(of:))),
                timeout: .seconds(1800))
        } catch {
            var error = error
            error.message = "the release could not be copied over `\(applied)`: \(error.message)"
            throw error
        }
    }

    func remember(_ inventory: ReleaseInventory) {
        guard case .symbolic(let target) = inventory.link, layout.release(forLinkTarget: target) == nil,
            let id = inventory.adoptedID(forLinkTarget: target), let directory = inventory.liveDirectory(layout)
        else { return }
        adoptedDirectories.withLock { $0[id] = directory }
    }

    /// Where a release lies while the steps of a phase run.
    private func directory(of release: ReleaseID, in phase: StepPhase) -> String {
        guard let applied = layout.applied else { return directory(of: release) }
        switch phase {
        case .build, .prepare, .onceBefore, .drained: return directory(of: release)
        case .activate, .healthy, .onceAfter, .failed: return applied
        }
    }

    /// Before the switch the old release is still the one that runs.
    private func startDirectory(in phase: StepPhase, _ directory: String, hasPrevious: Bool) -> String {
        guard phase == .drained else { return directory }
        if let applied = layout.applied { return applied }
        return hasPrevious ? layout.link : directory
    }

    private func directory(of release: ReleaseID) -> String {
        adoptedDirectories.withLock { $0[release] } ?? layout.directory(of: release)
    }
}
