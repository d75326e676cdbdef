/// Lets options stand before the command: `deploy -i hosts.yml plan` is `deploy plan -i hosts.yml`.
///
/// The parser itself would take `plan` for an argument of the default command. Since `deploy` has no positional arguments,
/// the first word that is neither an option nor an option's value can only be a command.
enum ArgumentOrder {
    /// The arguments with the command's name in front; unchanged where no command is named.
    static func commandFirst(_ arguments: [String], commands: [String] = Deploy.commandNames) -> [String] {
        var position = 0
        while position < arguments.count {
            let argument = arguments[position]
            guard argument.hasPrefix("-"), argument != "-" else { break }
            // What follows belongs to a command line of someone else.
            if argument == "--" { return arguments }
            position += takesNextWord(argument) ? 2 : 1
        }
        guard position > 0, position < arguments.count, commands.contains(arguments[position]) else { return arguments }
        var ordered = arguments
        ordered.insert(ordered.remove(at: position), at: 0)
        return ordered
    }

    // MARK: Private

    private static let longOptionsWithValue: Set<String> = [
        "--inventory", "--limit", "--except", "--set", "--format", "--events", "--fanout", "--release-id", "--reason",
        "--batch-size", "--lease-wait", "--for",
        "--timeout",
    ]

    /// `--limit web` does, `--limit=web` and `-lweb` do not; `-vi hosts.yml` does.
    private static func takesNextWord(_ argument: String) -> Bool {
        if argument.hasPrefix("--") { return longOptionsWithValue.contains(argument) }
        let letters = argument.dropFirst()
        return letters.firstIndex { $0 == "i" || $0 == "l" } == letters.indices.last
    }
}
