import ArgumentParser
import DeployModel
import Execution

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where the process begins and ends.
@main
enum Program {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        // What rsync starts in place of ssh, once for every upload: nothing else is set up for it.
        if arguments.first == "rsh", arguments.count > 1 {
            exit(RsyncRemoteShell.main(socketPath: arguments[1], arguments: Array(arguments.dropFirst(2))))
        }
        let console = Console.process()
        let code = await run(arguments, console)
        console.flush()
        end(code)
    }

    static func end(_ code: ExitCode) -> Never { exit(code.rawValue) }

    /// Parses a command line and performs it.
    static func run(_ arguments: [String], _ console: Console) async -> ExitCode {
        do {
            let arguments = ArgumentOrder.commandFirst(arguments)
            try refuseUnknownCommand(arguments.first)
            var parsed = try Deploy.parseAsRoot(arguments)
            guard let command = parsed as? any ConsoleCommand else {
                // The parser's own `help`, which answers by throwing.
                try parsed.run()
                return .success
            }
            return try await command.perform(console)
        } catch {
            let excerpt = console.messagesIsTerminal ? SourceExcerpt(read: Wiring.text(ofFile:)) : nil
            return ErrorPresentation(error, excerpt: excerpt).show(on: console)
        }
    }

    /// The parser would take it for a stray argument of the default command.
    private static func refuseUnknownCommand(_ word: String?) throws(CommandFailure) {
        let names = Deploy.commandNames
        guard let word, !word.hasPrefix("-"), !names.contains(word) else { return }
        throw CommandFailure(
            .configuration, "there is no command `\(word)`",
            hint: Spelling.nearest(to: word, among: names).map { "did you mean `deploy \($0)`?" }
                ?? "`deploy --help` lists them")
    }
}
