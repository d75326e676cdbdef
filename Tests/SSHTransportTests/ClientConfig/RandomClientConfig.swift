import TestSupport

/// Configurations made at random of everything a person writes, and now and then of what nobody should.
struct RandomClientConfig {
    private var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    static let hosts = ["web", "WEB", "db-1", "a.example.com", "b.example.com", "10.0.0.7", "10.1", "jump"]

    mutating func host() -> String { pick(Self.hosts) }

    /// - Parameter included: paths that `Include` lines may name.
    mutating func text(included: [String] = []) -> String {
        (0..<Int.random(in: 1...14, using: &random)).map { _ in line(included) }.joined(separator: "\n")
    }

    // MARK: Private

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &random)]
    }

    private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }

    private mutating func line(_ included: [String]) -> String {
        switch Int.random(in: 0..<24, using: &random) {
        case 0...3: return indented(header())
        case 4 where !included.isEmpty: return "Include " + pick(included)
        case 5: return pick(["", "# a comment", "   ", "\t# more", "  #"])
        case 6 where chance(4): return pick(["Port x", "User", "Foo bar", "IdentitiesOnly maybe", "User \"a", "Match"])
        default: return indented(setting())
        }
    }

    /// The many ways to write the same line.
    private mutating func indented(_ parts: (keyword: String, value: String)) -> String {
        var keyword = parts.keyword
        if chance(3) { keyword = chance(2) ? keyword.lowercased() : keyword.uppercased() }
        let separator = pick([" ", " ", "  ", "\t", "=", " = ", " ="])
        let comment = chance(6) && !["proxycommand", "include"].contains(keyword.lowercased()) ? " # why" : ""
        return pick(["", "  ", "\t"]) + keyword + separator + parts.value + comment + pick(["", "", " ", "\r", "\t"])
    }

    private mutating func header() -> (String, String) {
        guard chance(3) else {
            let patterns = (0..<Int.random(in: 1...3, using: &random)).map { _ in pattern() }
            return ("Host", patterns.joined(separator: " "))
        }
        let criteria = [
            "host " + pattern().replacing("!", with: ""), "originalhost web,db-*", "user root", "user deploy,root",
            "localuser root", "!localuser nobody", "exec true", "exec \"test %h = web\"", "!exec \"test -n %p\"",
            "host *.example.com,!b.example.com", "final", "canonical", "!final",
        ]
        if chance(4) { return ("Match", pick(["all", "final all", "canonical all", "!all"])) }
        let chosen = (0..<Int.random(in: 1...3, using: &random)).map { _ in pick(criteria) }
        return ("Match", chosen.joined(separator: " "))
    }

    private mutating func pattern() -> String {
        let name = pick(["*", "web", "we?", "w*", "*.example.com", "a.*", "db-1", "10.*", "WEB", "?*", "*b*", "jump"])
        return (chance(5) ? "!" : "") + name
    }

    private mutating func setting() -> (String, String) {
        let path = pick([
            "~/.ssh/id_%h", "/keys/%r@%h", "${HOME}/key", "\"/keys/with blank\"", "relative", "%d/.ssh/k-%n-%p",
            "/a/%%b", "none",
        ])
        let settings: [(String, String)] = [
            ("HostName", pick(["%h.example.com", "10.0.0.9", "Server.Example.COM", "::1", "10.2", "%h", "x%%y"])),
            ("Port", pick(["22", "2222", "ssh", "+44", "65535"])),
            ("User", pick(["deploy", "root", "\"a b\"", "o'\"'\"x", "admin"])),
            ("IdentityFile", path), ("IdentityFile", path), ("CertificateFile", path),
            ("IdentitiesOnly", pick(["yes", "no", "true", "FALSE"])),
            ("IdentityAgent", pick(["none", "SSH_AUTH_SOCK", "~/agent-%u", "${HOME}/%k.sock", "$AGENT", "%C"])),
            (
                "ProxyJump",
                pick(["jump", "none", "a,b", "u@j:2222", "ssh://x@y:22,z", "[::1]:99", "10.0.0.2", "%h-gw"])
            ),
            ("ProxyCommand", pick(["none", "nc %h %p", "\"nc\" %h", "ssh -W [%h]:%p gw # not a comment"])),
            ("UserKnownHostsFile", pick(["none", "~/kh", "~/kh /etc/kh2", "\"a b\" %d/c", "/dev/null"])),
            ("GlobalKnownHostsFile", pick(["none", "/etc/kh", "/etc/a /etc/b"])),
            ("StrictHostKeyChecking", pick(["yes", "no", "ask", "accept-new", "off", "True"])),
            ("ConnectTimeout", pick(["10", "1m", "none", "1h2m3s", "0"])),
            ("ServerAliveInterval", pick(["15", "2m", "none", "0"])),
            ("ServerAliveCountMax", pick(["3", "0", "12"])),
            ("HostKeyAlias", pick(["alias", "Alias-X", "i-0abc"])),
            ("AddressFamily", pick(["any", "inet", "inet6", "INET"])),
            ("Compression", pick(["yes", "no", "YES"])),
            ("ForwardAgent", pick(["yes", "no", "/run/agent", "$AGENT", "${HOME}/a"])),
            ("BatchMode", pick(["yes", "no"])), ("LogLevel", "ERROR"), ("SendEnv", "LANG LC_*"),
            ("ControlPath", "~/.ssh/%C"), ("IgnoreUnknown", pick(["foo*", "x,y"])), ("FooBar", "1"),
            ("LocalForward", "8080 localhost:80"), ("Ciphers", "+aes256-cbc"),
        ]
        // It makes a file wrong where no `IgnoreUnknown` is in force, and is rare for that.
        let chosen = pick(settings)
        return chosen.0 == "FooBar" && !chance(5) ? ("Port", "23") : chosen
    }
}
