import DeployModel

/// `balancer.command`: the user's own programs.
struct CommandBalancerSection {
    let context: ValidationContext

    func configuration(_ reader: MapReader) -> CommandBalancerConfiguration? {
        for key in ["drain", "enable", "state"] {
            reader.require(key, hint: "such as `\(key): [bin/lb, \(key), \"{target}\"]`")
        }
        let drain = command("drain", reader)
        let enable = command("enable", reader)
        let state = command("state", reader)
        let timeout = reader.duration("timeout")
        guard let drain, let enable, let state else { return nil }
        var configuration = CommandBalancerConfiguration(
            drain: drain, enable: enable, state: state, directory: context.directory(at: reader.location))
        configuration.timeout = timeout ?? configuration.timeout
        return configuration
    }

    // MARK: Private

    private func command(_ key: String, _ reader: MapReader) -> Step.LocalCommand? {
        guard let command = StepActionReader(context: context).command(key, reader), let entry = reader.entry(key)
        else {
            return nil
        }
        switch command {
        case .shell(let line):
            if !Placeholders.words(in: line).isEmpty {
                context.report(
                    "`\(key)` is a shell line, in which words in braces are not filled in", at: entry.value.location,
                    hint: "write a list, `[bin/lb, \(key), \"{target}\"]`, or use the variable `DEPLOY_TARGET`")
            }
        case .argv(let argv):
            for word in argv {
                context.checkPlaceholders(word, of: key, allowed: [.host, .target, .service], at: entry.value.location)
            }
        }
        return command
    }
}
