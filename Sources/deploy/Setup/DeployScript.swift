/// What a home-made deploy script says, as far as it can be read without running it: who logs in where with which key, what is
/// copied from where to where, what is run on the other side.
struct DeployScript: Equatable {
    private(set) var user: String?
    private(set) var hosts: [String] = []
    private(set) var identityFile: String?
    /// What is copied, and where it lands; or the clone that is pulled into.
    private(set) var source: String?
    private(set) var destination: String?
    /// What is not copied.
    private(set) var excludes: [String] = []
    private(set) var units: [String] = []
    /// Commands that fetch dependencies.
    private(set) var installs: [String] = []
    /// The address that the script asks whether the application serves.
    private(set) var healthPath: String?

    init(_ text: String) {
        var variables: [String: [String]] = [:]
        var directory: String?
        let lines = Self.lines(of: text)
        for line in lines { Self.assign(line, to: &variables) }
        for line in lines {
            // A loop's line stands for one line a value: all of them are looked at.
            for filled in Self.filled(line, variables) {
                read(filled)
                readClone(filled, in: &directory)
            }
        }
    }

    /// Nothing of a deploy was found.
    var isEmpty: Bool { self == DeployScript("") }

    // MARK: Private

    /// Words that a line says something with; the others are not looked at any closer.
    private static let words = [
        "ssh", "scp", "rsync", "sftp", "systemctl", "service", "npm", "yarn", "pip", "bundle", "curl",
    ]
    /// As many lines as one line stands for at most, and as many values as a variable has.
    private static let limit = 64

    private mutating func read(_ line: String) {
        guard Self.words.contains(where: line.contains) else { return }
        let calls = ["ssh", "scp", "rsync", "sftp"]
        if calls.contains(where: line.contains) {
            if let match = line.firstMatch(of: /(?:^|\s)-i\s*["']?([^\s"']+)/), !match.1.contains("$") {
                identityFile = identityFile ?? String(match.1)
            }
            for match in line.matches(of: /([A-Za-z_][A-Za-z0-9_.-]*)@["']?([A-Za-z0-9$][A-Za-z0-9._${}-]*)/) {
                user = user ?? String(match.1)
                let host = String(match.2)
                if !host.contains("$"), !hosts.contains(host) { hosts.append(host) }
            }
        }
        if line.contains("rsync") || line.contains("scp"),
            let match = line.firstMatch(of: /["']?([^\s"']+)["']?\s+["']?[^\s"'@]+@[^\s"':]+:([\/~][^\s"']*)/)
        {
            if !match.1.contains("$"), !match.1.hasPrefix("-") { source = source ?? String(match.1) }
            if !match.2.contains("$") { destination = destination ?? Self.directory(String(match.2)) }
        }
        for match in line.matches(of: /--exclude[=\s]["']?([^\s"']+)/) {
            let pattern = String(match.1)
            if !pattern.contains("$"), !excludes.contains(pattern), !Self.neverCopied.contains(pattern) {
                excludes.append(pattern)
            }
        }
        for match in line.matches(of: /(?:systemctl\s+(?:re(?:start|load)|try-restart)|service)\s+([A-Za-z0-9@._-]+)/) {
            let unit = String(match.1).replacing(".service", with: "")
            if !units.contains(unit), unit != "--user" { units.append(unit) }
        }
        for match in line.matches(
            of:
                /(?:npm\s+(?:ci|install|i)|yarn\s+install|pnpm\s+install|bundle\s+install|pip3?\s+install)(?:\s+-{0,2}[A-Za-z0-9=.:_\/-]+)*/
        ) {
            let command = String(match.0)
            if !installs.contains(command) { installs.append(command) }
        }
        if let match = line.firstMatch(
            of: /curl[^|;&]*?https?:\/\/(?:localhost|127\.0\.0\.1)(:[0-9]+)?(\/[^\s"';|&]*)?/)
        {
            healthPath = healthPath ?? "\(match.1 ?? ":80")\(match.2 ?? "/")"
        }
    }

    /// `git pull` goes into the directory that was entered last.
    private mutating func readClone(_ line: String, in directory: inout String?) {
        if let match = line.firstMatch(of: /(?:^|[\s"';&])cd\s+["']?(\/[^\s"';&|]+)/), !match.1.contains("$") {
            directory = Self.directory(String(match.1))
        }
        if line.contains("git pull") { destination = destination ?? directory }
    }

    /// Left out of every release anyway.
    private static let neverCopied: Set<String> = [".git", ".git/", "/.git", ".env"]

    /// `/srv/app/` is `/srv/app`.
    private static func directory(_ path: String) -> String {
        path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// Lines that go on are joined; comments are left out.
    private static func lines(of text: String) -> [String] {
        text.replacing("\\\n", with: " ").split(separator: "\n").map { line in
            if let comment = line.firstMatch(of: /(?:^|\s)#.*/) { return String(line[..<comment.range.lowerBound]) }
            return String(line)
        }
    }

    /// `NAME=value`, `NAME=(a b)` and `for NAME in a b`.
    private static func assign(_ line: String, to variables: inout [String: [String]]) {
        let values: String
        let name: String
        if let match = line.firstMatch(
            of: /^\s*(?:(?:export|readonly|local|declare)\s+(?:-[a-z]\s+)?)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/)
        {
            (name, values) = (String(match.1), String(match.2))
        } else if let match = line.firstMatch(of: /(?:^|;|\s)for\s+([A-Za-z_][A-Za-z0-9_]*)\s+in\s+([^;]*)/) {
            (name, values) = (String(match.1), String(match.2))
        } else {
            return
        }
        let words = filled(values, variables).lazy.flatMap { text in
            text.split { " \t\"'()".contains($0) }.map(String.init).filter { !$0.isEmpty }
        }
        variables[name] = Array(words.prefix(limit))
    }

    /// The line with the values of its variables, once for each value of the one that has several.
    private static func filled(_ line: String, _ variables: [String: [String]]) -> [String] {
        var lines = [line]
        for _ in 0..<8 {
            var next: [String] = []
            var hasChanged = false
            for line in lines {
                guard
                    let match = line.firstMatch(
                        of: /\$\{?([A-Za-z_][A-Za-z0-9_]*)(?:\[[@*]\])?\}?|\$\{[0-9]:-([^}]*)\}/)
                else {
                    next.append(line)
                    continue
                }
                let values = match.1.map { variables[String($0)] ?? [] } ?? [String(match.2 ?? "")]
                // What is not known stays a variable of another name, so that it is not looked at again.
                let replacements = values.isEmpty ? ["$0"] : values
                for value in replacements where next.count < limit {
                    next.append(line.replacingCharacters(of: match.range, with: value))
                }
                hasChanged = true
            }
            lines = next
            if !hasChanged { break }
        }
        return lines
    }
}

extension String {
    fileprivate func replacingCharacters(of range: Range<String.Index>, with text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}
