import DeployModel
import Reporting

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where the events of one run go: stdout in the chosen form, and a file where one was asked for.
struct RunOutput {
    let sinks: [any EventSink]
    private let record: OutputWriter?

    /// - Parameters:
    ///   - options: the beginning of any command on the same fleet.
    /// - Throws: ``CommandFailure`` when the file of `--events` cannot be written; one that exists is replaced.
    init(
        _ console: Console, _ output: OutputOptions, _ report: ReportOptions, options: [String], redactor: Redactor
    ) throws {
        record = try report.events.map(Self.open)
        sinks =
            [
                RenderingSink(
                    Self.renderer(console, output.format, report.verbosity, options, redactor), to: console.output)
            ]
            + (record.map { [RenderingSink(JSONLinesRenderer(redactor), to: $0)] } ?? [])
    }

    /// Waits until what was said is written, as long as its readers take it.
    func flush() {
        record?.flush()
    }

    // MARK: Private

    private static func renderer(
        _ console: Console, _ format: OutputFormat, _ verbosity: Verbosity, _ options: [String], _ redactor: Redactor
    ) -> any EventRenderer {
        switch format {
        case .json:
            return JSONLinesRenderer(redactor)
        case .auto, .plain, .live, .github:
            // `live` and `github` were refused when the command line was read.
            var plain = PlainTextRenderer.Options()
            plain.verbosity = verbosity
            plain.palette = console.outputPalette
            plain.redactor = redactor
            plain.invocation = InvocationText.invocation(console.arguments, options: options)
            return PlainTextRenderer(plain)
        }
    }

    /// Only its owner may read it: it holds what hosts printed.
    private static func open(_ path: String) throws -> OutputWriter {
        let descriptor = openFile(path)
        guard descriptor >= 0 else {
            throw CommandFailure(
                .configuration, "`--events`: `\(path)` cannot be written: \(String(cString: strerror(errno)))")
        }
        return OutputWriter(descriptor: descriptor)
    }
}

/// Stays open until the process ends.
private func openFile(_ path: String) -> Int32 {
    open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
}
