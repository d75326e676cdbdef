#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// One run as one host's journal tells it.
package struct RunTrace: Sendable, Hashable {
    /// The run's id, which is also the name of its journal.
    package let run: String
    package let entries: [JournalEntry]
    /// A line is of a newer format, so more may have happened than is known.
    package let isFromNewerVersion: Bool

    package init(run: String, entries: [JournalEntry], isFromNewerVersion: Bool = false) {
        self.run = run
        self.entries = entries
        self.isFromNewerVersion = isFromNewerVersion
    }

    package var header: RunHeader? { entries.lazy.compactMap(\.header).first }

    package var begun: Date? { entries.first?.time }

    /// How the run said it ended.
    package var ending: (state: RunOutcome.FleetState, time: Date)? {
        entries.last { $0.act == .finished }.flatMap { entry in entry.fleet.map { ($0, entry.time) } }
    }

    /// It ended after its canary, the others wait for an approval, and nobody has gone on from there.
    package var isPaused: Bool {
        successor == nil && !isOpen && entries.last { $0.act == .finished }?.ending == .paused
    }

    package var successor: String? { entries.last { $0.act == .closed }?.successor }

    /// Nobody has brought it to an end: its controller is gone, or it left something that needs mending.
    package var isOpen: Bool {
        guard successor == nil else { return false }
        return ending.map { $0.state == .needsPerson } ?? true
    }

    /// What it drained on this host and has not put back for certain.
    package var openDrain: [TargetRestoration] {
        var open: [TargetRestoration] = []
        for entry in unsettled {
            switch (entry.act, entry.state) {
            case (.drain, .begun): open = entry.targets ?? []
            case (.enable, .done): open = []
            default: break
            }
        }
        return open
    }

    /// It began to make a release live here, and has not noted one as good since.
    package var hasOpenSwitch: Bool {
        var isOpen = false
        for entry in unsettled {
            switch (entry.act, entry.state) {
            case (.switch, .begun): isOpen = true
            case (.good, .done): isOpen = false
            // Back on the old release, and in rotation: nothing notes that one as good again.
            case (.enable, .done) where lastSwitch?.release == previous: isOpen = false
            default: break
            }
        }
        return isOpen
    }

    /// What the host did for itself, as it had not heard of the run any more.
    package var deadMan: DeadManReport? { entries.lazy.compactMap { DeadManReport($0, run: run) }.last }

    /// It began to change what runs here, and nothing has been proven to serve since.
    package var isUnproven: Bool {
        var isUnproven = false
        for entry in unsettled {
            switch (entry.act, entry.state) {
            case (.switch, .begun): isUnproven = true
            case (.steps, .begun) where entry.phase == .drained || entry.phase == .activate: isUnproven = true
            case (.enable, .done), (.good, .done): isUnproven = false
            // The host has started what it had before by itself.
            case (.deadMan, .done) where entry.release != nil: isUnproven = false
            default: break
            }
        }
        return isUnproven
    }

    /// What was live here before the run changed anything.
    package var previous: ReleaseID? { unsettled.lazy.compactMap(\.previous).first }

    /// Phases that run once, which began here, and whether they are known to have ended well.
    package var onceSteps: [StepPhase: JournalEntry.State] {
        var states: [StepPhase: JournalEntry.State] = [:]
        for entry in entries where entry.act == .steps {
            if let phase = entry.phase, phase == .onceBefore || phase == .onceAfter { states[phase] = entry.state }
        }
        return states
    }

    // MARK: Private

    /// What was done since another run put the host in order.
    private var unsettled: ArraySlice<JournalEntry> {
        entries.lastIndex { $0.act == .settled }.map { entries[($0 + 1)...] } ?? entries[...]
    }

    private var lastSwitch: JournalEntry? { unsettled.last { $0.act == .switch } }
}
