import DeployModel

/// What `ansible_ssh_common_args` and its like say of a connection: words for ssh(1).
struct AnsibleSSHArguments {
    private(set) var settings = SSHSettings()
    /// What is not taken over, as a person would recognise it.
    private(set) var passedOver: [String] = []
    private let directory: String

    /// Options of ssh(1) that tune what is no matter here: multiplexing, logging, how a password would be asked for.
    private static let ignored: Set<String> = [
        "addkeystoagent", "batchmode", "compression", "controlmaster", "controlpath", "controlpersist", "escapechar",
        "forwardx11", "gssapiauthentication", "gssapidelegatecredentials", "hashknownhosts",
        "kbdinteractiveauthentication",
        "loglevel", "numberofpasswordprompts", "passwordauthentication", "preferredauthentications",
        "pubkeyauthentication", "requesttty", "tcpkeepalive", "updatehostkeys", "visualhostkey",
    ]
    private static let lettersWithValue = Set("BbcDEeFIiJLlmOopQRSWw")
    private static let ignoredLetters = Set("CqTtvNnxXaA")

    /// - Parameter directory: where relative paths start.
    init(_ text: String, directory: String) throws(ScalarProblem) {
        self.directory = directory
        guard let words = ShellWords.split(text) else { throw ScalarProblem("has a quote that is not closed") }
        var rest = words[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("-"), word.count > 1 else {
                passedOver.append(word)
                continue
            }
            var letters = word.dropFirst()
            while let letter = letters.popFirst() {
                guard Self.lettersWithValue.contains(letter) else {
                    if !Self.ignoredLetters.contains(letter) { passedOver.append("-\(letter)") }
                    continue
                }
                let value = letters.isEmpty ? rest.popFirst() : String(letters)
                guard let value else { throw ScalarProblem("has `-\(letter)` without its value") }
                try take(letter, value)
                letters = ""
            }
        }
    }

    // MARK: Private

    private mutating func take(_ letter: Character, _ value: String) throws(ScalarProblem) {
        switch letter {
        case "o": try takeOption(value)
        case "i": addIdentity(value)
        case "J": settings.route = .jump(value)
        case "l": settings.user = value
        case "p": settings.port = try port(value)
        default: passedOver.append("-\(letter) \(value)")
        }
    }

    /// `Key=value` or `Key value`.
    private mutating func takeOption(_ text: String) throws(ScalarProblem) {
        let key = text.prefix { $0 != "=" && !$0.isWhitespace }
        let value = String(text[key.endIndex...].drop { $0 == "=" || $0.isWhitespace })
        guard !key.isEmpty, !value.isEmpty else {
            throw ScalarProblem("has `-o \(text.shortened)`, which has no value")
        }
        switch key.lowercased() {
        case "proxyjump": settings.route = value == "none" ? .direct : .jump(value)
        case "proxycommand": settings.route = value == "none" ? .direct : .command(value)
        case "user": settings.user = value
        case "port": settings.port = try port(value)
        case "identityfile": addIdentity(value)
        case "identitiesonly": settings.isIdentitiesOnly = value == "yes"
        case "connecttimeout": settings.connectTimeout = .seconds(try seconds(value, of: "ConnectTimeout"))
        case "serveraliveinterval":
            let interval = try seconds(value, of: "ServerAliveInterval")
            if interval > 0 {
                settings.keepalive = .init(interval: .seconds(interval), count: settings.keepalive?.count ?? 3)
            }
        case "serveralivecountmax":
            let count = try seconds(value, of: "ServerAliveCountMax")
            settings.keepalive = .init(interval: settings.keepalive?.interval ?? .seconds(15), count: max(1, count))
        case "userknownhostsfile":
            let files = value.split(separator: " ").map(String.init)
            if files.contains("/dev/null") {
                passedOver.append("UserKnownHostsFile=/dev/null")
            } else {
                settings.knownHostsFiles = files.map { LocalPath.keepingHome($0, in: directory) }
            }
        case "stricthostkeychecking":
            switch value {
            case "yes", "ask": settings.hostKeyChecking = .strict
            case "accept-new": settings.hostKeyChecking = .acceptNew
            default: passedOver.append("StrictHostKeyChecking=\(value)")
            }
        case let key where Self.ignored.contains(key): break
        default: passedOver.append(text)
        }
    }

    private mutating func addIdentity(_ path: String) {
        settings.identityFiles = (settings.identityFiles ?? []) + [LocalPath.keepingHome(path, in: directory)]
    }

    private func port(_ text: String) throws(ScalarProblem) -> Int {
        guard let port = Int(text), (1...65535).contains(port) else {
            throw ScalarProblem("has the port `\(text.shortened)`, which is none")
        }
        return port
    }

    private func seconds(_ text: String, of key: String) throws(ScalarProblem) -> Int {
        guard let seconds = Int(text), (0...86_400).contains(seconds) else {
            throw ScalarProblem("has `\(key)=\(text.shortened)`, which is no number of seconds")
        }
        return seconds
    }
}
