package import DeployModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One line for each event that matters, for logs and pipes: `12:00:03 web-1  drained      14 connections → 0 in 6 s`.
/// It ends with the final table, the evidence of what failed, and what to do next.
package struct PlainTextRenderer: EventRenderer {
    package struct Options: Sendable {
        package var verbosity: Verbosity = .normal
        package var palette: Palette = .plain
        package var redactor = Redactor([])
        package var timeOfDay: TimeOfDay = .local
        /// How this run was called, so that the next command can be given to copy.
        package var invocation = Invocation()

        package init() {}
    }

    /// What an event is about, in the column of host names.
    enum Subject {
        case run, batch, here
        case host(HostName)

        init(_ host: HostName?) {
            self = host.map { .host($0) } ?? .here
        }

        var text: String {
            switch self {
            case .run: "run"
            case .batch: "batch"
            case .here: "local"
            case .host(let host): host.text
            }
        }
    }

    private static let verbWidth = 11
    /// An upload says how far it is at most this often, and not before this long.
    private static let uploadInterval: TimeInterval = 2
    private static let uploadPercentStep = 10

    private let options: Options
    private(set) var snapshot = RolloutSnapshot()
    private var subjectWidth = 5
    private var uploadMarks: [HostName: (percent: Int, time: Date)] = [:]

    package init(_ options: Options = Options()) {
        self.options = options
    }

    package mutating func render(_ event: DeployEvent) -> String {
        snapshot.apply(event)
        if case .runStarted(let start) = event.kind {
            subjectWidth = max(subjectWidth, start.batches.joined().map(\.text.count).max() ?? 0)
        }
        return lines(event).map { $0.rendered(options.palette, options.redactor) + "\n" }.joined()
    }

    // MARK: Private

    private mutating func lines(_ event: DeployEvent) -> [StyledLine] {
        if case .runFinished(let outcome) = event.kind {
            return RunReport(outcome, snapshot, options.invocation).lines(options.verbosity)
        }
        if case .uploadProgressed(let host, let progress) = event.kind {
            guard isWorthALine(progress, host, event.time) else { return [] }
        }
        guard let message = EventSentence(event.kind, snapshot), message.importance >= options.verbosity.threshold
        else { return [] }
        var line = StyledLine(options.timeOfDay.text(event.time), .faint)
        line.append(" ")
        line.append(message.subject.text, message.isOutput ? .faint : .strong, width: subjectWidth + 2)
        if message.isOutput {
            line.append("  | ", .faint)
            line.append(message.text)
        } else {
            line.append(message.verb, message.style, width: Self.verbWidth + 2)
            line.append(message.text)
        }
        return [line] + message.details.map { StyledLine("    | " + $0) }
    }

    private mutating func isWorthALine(_ progress: UploadProgress, _ host: HostName, _ time: Date) -> Bool {
        guard let mark = uploadMarks[host] else {
            uploadMarks[host] = (progress.percent, time)
            return false
        }
        guard progress.percent >= mark.percent + Self.uploadPercentStep, progress.percent < 100,
            time.timeIntervalSince(mark.time) >= Self.uploadInterval
        else { return false }
        uploadMarks[host] = (progress.percent, time)
        return true
    }
}
