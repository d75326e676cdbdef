/// The keywords whose values are not used: a line that OpenSSH refuses is refused here too, as far as can be told cheaply.
extension ClientConfigGrammar {
    /// The words of the line, checked.
    static func words(
        of keyword: ClientConfigKeyword, in line: ClientConfigLine
    ) throws(ClientConfigSyntaxError) -> [String] {
        let words = line.words
        // `#` alone leaves none.
        guard let first = words.first, !first.isEmpty else {
            throw ClientConfigSyntaxError("`\(line.keyword)` says nothing")
        }
        switch keyword {
        case .sendEnv:
            try check(words, line) { !$0.isEmpty && !$0.contains("=") }
        case .setEnv:
            try check(words, line) { $0.contains("=") }
        case .canonicalDomains:
            try check(try list(line, aloneWords: ["none"]), line) { DomainName($0) != nil }
        case .canonicalizePermittedCNAMEs:
            try check(try list(line, aloneWords: ["none"]), line) { word in
                ["none", "*"].contains(word.asciiLowercased)
                    || word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).last?.isEmpty == false
                        && word.contains(":")
            }
        case .permitRemoteOpen:
            try check(try list(line, aloneWords: ["none", "any"]), line) { word in
                ["none", "any"].contains(word.asciiLowercased) || isTarget(word, portPattern: true)
            }
        case .localForward:
            try check(words, line, count: 2...2) { !$0.isEmpty }
            guard isPath(words[1]) || isTarget(words[1]) else { throw wrong(words[1], line) }
        case .remoteForward:
            try check(words, line, count: 1...2) { !$0.isEmpty }
            if words.count == 2, !isPath(words[1]), !isTarget(words[1]) { throw wrong(words[1], line) }
        case .dynamicForward:
            try check(words, line, count: 1...1) { isTarget($0) || ConfigNumber.port($0) != nil }
        case .rekeyLimit:
            try check(words, line, count: 1...2) { _ in true }
            guard first == "default" || isRekeySize(first) else { throw wrong(first, line) }
            if words.count == 2, words[1] != "none" { _ = try seconds(words[1]) }
        case .addKeysToAgent:
            try checkAddKeysToAgent(words, line)
        case .controlPersist:
            try check(words, line, count: 1...1) {
                ["no", "false", "yes", "true"].contains($0) || ConfigNumber.seconds($0) != nil
            }
        case .ipQoS:
            try check(words, line, count: 1...2, isQualityOfService)
        case .escapeChar:
            try check(words, line, count: 1...1) { word in
                word == "none" || word.utf8.count == 1
                    || word.utf8.count == 2 && word.hasPrefix("^") && (word.utf8.last ?? 0) >= 64
            }
        case .fingerprintHash:
            try check(words, line, count: 1...1) {
                ["md5", "sha1", "sha256", "sha384", "sha512"].contains($0.asciiLowercased)
            }
        case .logLevel:
            try check(words, line, count: 1...1) { logLevels.contains($0.asciiLowercased) }
        case .syslogFacility:
            try check(words, line, count: 1...1) { facilities.contains($0.asciiLowercased) }
        case .streamLocalBindMask:
            try check(words, line, count: 1...1) { (0...0o777).contains(Int($0, radix: 8) ?? -1) }
        case .tunnelDevice:
            try check(words, line, count: 1...1) { word in
                word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).allSatisfy {
                    String($0).asciiLowercased == "any" || ConfigNumber.integer($0).map { $0 >= 0 } ?? false
                }
            }
        case .logVerbose, .channelTimeout:
            _ = try list(line, aloneWords: ["none"])
        default: break
        }
        return words
    }

    // MARK: Private

    private static let logLevels: Set<String> = [
        "quiet", "fatal", "error", "info", "verbose", "debug", "debug1", "debug2", "debug3",
    ]

    private static let facilities: Set<String> = [
        "daemon", "user", "auth", "authpriv", "local0", "local1", "local2", "local3", "local4", "local5", "local6",
        "local7",
    ]

    private static let servicesQuality: Set<String> = [
        "none", "af11", "af12", "af13", "af21", "af22", "af23", "af31", "af32", "af33", "af41", "af42", "af43", "cs0",
        "cs1", "cs2", "cs3", "cs4", "cs5", "cs6", "cs7", "ef", "le", "va", "lowdelay", "throughput", "reliability",
    ]

    private static func check(
        _ words: [String], _ line: ClientConfigLine, count: ClosedRange<Int> = 1...Int.max,
        _ isRight: (String) -> Bool
    ) throws(ClientConfigSyntaxError) {
        guard count.contains(words.count) else {
            throw ClientConfigSyntaxError("`\(line.keyword)` has too few or too many values")
        }
        if let word = words.first(where: { !isRight($0) }) { throw wrong(word, line) }
    }

    private static func wrong(_ word: String, _ line: ClientConfigLine) -> ClientConfigSyntaxError {
        ClientConfigSyntaxError("`\(word)` is no value of `\(line.keyword)`")
    }

    private static func checkAddKeysToAgent(
        _ words: [String], _ line: ClientConfigLine
    ) throws(ClientConfigSyntaxError) {
        try check(words, line, count: 1...2) { _ in true }
        let word = words[0].asciiLowercased
        if words.count == 2 {
            guard word == "confirm" else { throw wrong(words[1], line) }
            _ = try seconds(words[1])
        } else if !["yes", "true", "no", "false", "ask", "confirm"].contains(word) {
            _ = try seconds(words[0])
        }
    }

    private static func isPath(_ text: String) -> Bool { text.contains("/") }

    /// `host:port`, where brackets may hold the host.
    private static func isTarget(_ text: String, portPattern: Bool = false) -> Bool {
        guard let colon = text.lastIndex(of: ":") else { return false }
        let port = String(text[text.index(after: colon)...])
        return ConfigNumber.port(port) != nil || (portPattern && port == "*")
    }

    private static func isRekeySize(_ text: String) -> Bool {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let suffix = text[digits.endIndex...].uppercased()
        guard let number = Int(digits), ["", "B", "K", "M", "G", "T", "P", "E"].contains(suffix) else { return false }
        return number == 0 || number >= 16 || !["", "B"].contains(suffix)
    }

    private static func isQualityOfService(_ word: String) -> Bool {
        if servicesQuality.contains(word.asciiLowercased) { return true }
        let number =
            if word.asciiLowercased.hasPrefix("0x") {
                Int(word.dropFirst(2), radix: 16)
            } else {
                Int(word, radix: word.hasPrefix("0") ? 8 : 10)
            }
        return number.map { (0...255).contains($0) } ?? false
    }
}
