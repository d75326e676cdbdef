/// A text that trips readers of YAML, and what is to come of it.
struct InventoryTrap {
    enum Outcome {
        /// `deploy config` shows this line.
        case reads(String)
        /// The messages begin so.
        case fails(String)
    }

    var name: String
    var bytes: [UInt8]
    var outcome: Outcome

    private init(_ name: String, _ bytes: [UInt8], _ outcome: Outcome) {
        (self.name, self.bytes, self.outcome) = (name, bytes, outcome)
    }

    private init(_ name: String, _ text: String, _ outcome: Outcome) {
        self.init(name, Array(text.utf8), outcome)
    }

    /// The smallest inventory and more lines, of which the first is line 3.
    private static func with(_ name: String, _ lines: String, _ outcome: Outcome) -> InventoryTrap {
        InventoryTrap(name, "service: acebook\nhosts: [web-1]\n\(lines)\n", outcome)
    }

    private static func env(_ name: String, _ value: String, shownAs shown: String? = nil) -> InventoryTrap {
        with(name, "env:\n  A: \(value)", .reads("  A: \(shown ?? "\"\(value)\"")"))
    }

    static let all: [InventoryTrap] = scalars + keys + aliases + depths + encodings + syntax + values + files

    private static let scalars = [
        env("norway", "NO"), env("norway-no", "no"), env("yes", "yes"), env("on", "On"),
        env("true", "true", shownAs: "true"),
        env("octal", "010"), env("octal-o", "0o17"), env("hexadecimal", "0x1F"), env("sexagesimal", "22:30"),
        env("sexagesimal-time", "12:30:45"), env("float", "1.10"), env("float-dot", ".5"),
        env("exponent", "1e10"), env("infinity", ".inf", shownAs: ".inf"), env("nan", "NaN", shownAs: "NaN"),
        env("underscore", "1_000"), env("date", "2026-01-31"), env("plus", "+1"), env("equals", "="),
        env("quoted-null", "\"null\"", shownAs: "\"null\""), env("tilde-path", "~/x", shownAs: "~/x"),
        env("leading-zeros", "007"), env("version", "1.0"), env("colon-number", "1:2"),
        with("null", "env:\n  A: null", .fails("hosts.yml:4:6: `A` has no value")),
        with("tilde", "env:\n  A: ~", .fails("hosts.yml:4:6: `A` has no value")),
        with("port-octal", "ssh: { port: 022 }", .fails("hosts.yml:3:14: `port` must be a whole number")),
        with("port-hexadecimal", "ssh: { port: 0x16 }", .fails("hosts.yml:3:14: `port` must be a whole number")),
        with("port-float", "ssh: { port: 22.0 }", .fails("hosts.yml:3:14: `port` must be a whole number")),
        with("port-quoted", "ssh: { port: \"22\" }", .reads("  port: 22")),
        with("port-arabic", "ssh: { port: ٢٢ }", .fails("hosts.yml:3:14: `port` must be a whole number")),
        with(
            "port-huge", "ssh: { port: 99999999999999999999 }", .fails("hosts.yml:3:14: `port` must be a whole number")),
        with(
            "boolean-yes", "protected: yes", .fails("hosts.yml:3:12: `protected` must be `true` or `false`, not `yes`")),
        with(
            "boolean-True", "protected: True",
            .fails("hosts.yml:3:12: `protected` must be `true` or `false`, not `True`")),
        with("duration-bare", "rollout: { wait: 10 }", .fails("hosts.yml:3:18: `wait` needs a unit")),
        with("duration-float", "rollout: { wait: 1.5h }", .fails("hosts.yml:3:18: `wait` must be a duration")),
        with("percent", "rollout: { batch_size: 150% }", .fails("hosts.yml:3:24: `batch_size` must be")),
    ]

    private static let keys = [
        with("duplicate", "env:\n  A: a\n  A: b", .fails("hosts.yml:5:3: `A` is already given in line 4")),
        with("duplicate-flow", "env: { A: a, A: b }", .fails("hosts.yml:3:14: `A` is already given in line 3")),
        with("duplicate-quoted", "env: { A: a, \"A\": b }", .fails("hosts.yml:3:14: `A` is already given in line 3")),
        with("duplicate-top", "service: other", .fails("hosts.yml:3:1: `service` is already given in line 1")),
        with("key-norway", "env: { \"NO\": a, yes: b }", .reads("  \"yes\": b")),
        with("key-number", "groups: { 1: { hosts: web-1 } }", .reads("  1:")),
        with(
            "key-homoglyph", "h\u{435}alth: { tcp: 1 }",
            .fails("hosts.yml:3:1: the inventory has no key `h\u{435}alth`")),
        with("key-list", "[a]: b", .fails("hosts.yml:3:1: a key must be a plain text")),
        with("key-question", "? a\n: b", .fails("hosts.yml:3:1: a key cannot begin with `? `")),
        with(
            "key-long", String(repeating: "k", count: 2000) + ": b",
            .fails("hosts.yml:3:1: this line is not `key: value`\n  hint: a key has at most 1024 characters")),
        with(
            "keys-many", "env:\n" + (0..<50_000).map { "  K\($0): a\n" }.joined(), .reads("  K0: a")),
        with(
            "keys-800,000", "env:\n" + (0..<800_000).map { "  \(String($0, radix: 36)):\n" }.joined(),
            .fails("hosts.yml:249996:7: the file holds more than 250000 keys and values")),
        with(
            "keys-unknown-many", (0..<20_000).map { "k\($0): a\n" }.joined(),
            .fails("hosts.yml:3:1: the inventory has no key `k0`")),
    ]

    private static let aliases = [
        with("merge", "x-a: &a { B: b, C: c }\nenv: { <<: *a, C: mine }", .reads("  C: mine")),
        with("merge-list", "x-a: &a { A: a }\nx-b: &b { A: b }\nenv: { <<: [*a, *b] }", .reads("  A: a")),
        with("merge-text", "env: { <<: a }", .fails("hosts.yml:3:12: `<<` merges maps, not `a`")),
        with("merge-self", "env: &a { <<: *a, A: a }", .fails("hosts.yml:3:15: this alias names no anchor")),
        with("alias-self", "x-a: &a [*a]", .fails("hosts.yml:3:10: this alias names no anchor")),
        with("alias-undefined", "x-a: *a", .fails("hosts.yml:3:6: this alias names no anchor")),
        with(
            "alias-bomb",
            "x-0: &a0 [a, a, a, a, a, a, a, a, a, a]\n"
                + (1...30).map { level in
                    "x-\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]"
                }.joined(separator: "\n"), .fails("hosts.yml:7:46: the aliases of this file expand to more than 100000")
        ),
        with(
            "alias-bomb-merge",
            "x-0: &a0 { K: a }\n"
                + (1...40).map { "x-\($0): &a\($0) { L\($0): *a\($0 - 1), R\($0): *a\($0 - 1) }" }.joined(
                    separator: "\n"),
            .fails("hosts.yml:17:19: the aliases of this file expand to more than 100000")),
        with("anchor-long", "x-a: &\(String(repeating: "a", count: 1_000_000)) b", .reads("service: acebook")),
    ]

    private static let depths =
        [("brackets", "[", 71), ("braces", "{", 71), ("dashes", "- ", 134), ("pairs", "[{a: ", 164)].map {
            name, text, column in
            InventoryTrap(
                "nested-\(name)", "service: a\nhosts: " + String(repeating: text, count: 100_000),
                .fails("hosts.yml:2:\(column): the file nests deeper than 64 levels"))
        } + [
            InventoryTrap(
                "nested-indentation",
                (0..<2000).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n"),
                .fails("hosts.yml:65:65: the file nests deeper than 64 levels")),
            InventoryTrap(
                "comments-64-megabytes", [UInt8](repeating: UInt8(ascii: "#"), count: 64 << 20),
                .fails("`hosts.yml` is larger than 8 MiB")),
            with(
                "comments-5-megabytes", String(repeating: "# a comment\n", count: 430_000), .reads("service: acebook")),
            with("line-of-4-megabytes", "x-a: " + String(repeating: "a", count: 4 << 20), .reads("service: acebook")),
        ]

    private static let encodings = [
        InventoryTrap("byte-order-mark", "\u{FEFF}service: acebook\nhosts: [web-1]\n", .reads("service: acebook")),
        InventoryTrap("windows-lines", "service: acebook\r\nhosts: [web-1]\r\n", .reads("service: acebook")),
        InventoryTrap("old-mac-lines", "service: acebook\rhosts: [web-1]\r", .reads("service: acebook")),
        InventoryTrap("utf-16", [0xFF, 0xFE, 0x73, 0x00], .fails("hosts.yml:1:1: the file is UTF-16")),
        InventoryTrap("utf-16-big", [0xFE, 0xFF, 0x00, 0x73], .fails("hosts.yml:1:1: the file is UTF-16")),
        InventoryTrap(
            "latin-1", Array("service: b".utf8) + [0xE4, 0x0A],
            .fails("hosts.yml:1:11: the file is not UTF-8 from here")),
        InventoryTrap("overlong", Array("a: ".utf8) + [0xC0, 0xAF], .fails("hosts.yml:1:4: the file is not UTF-8")),
        InventoryTrap("nul", "service: a\0b\n", .fails("hosts.yml:1:11: YAML does not allow the character U+0000")),
        with("control", "x-a: \u{7}", .fails("hosts.yml:3:6: YAML does not allow the character U+0007")),
        with("line-separator", "x-a: b\u{2028}", .fails("hosts.yml:3:7: YAML does not allow the character U+2028")),
        with(
            "right-to-left", "rollout: { unreachable: \"\\u202Eabc\" }", .fails("hosts.yml:3:25: `unreachable` must be")
        ),
    ]

    private static let syntax = [
        with("tab", "ssh:\n\tport: 1", .fails("hosts.yml:4:1: a tab indents this line")),
        with("indentation", "env:\n  A: a\n B: b", .fails("hosts.yml:5:2: this line does not fit the ones above it")),
        with("colon", "env:\n  A: a: b", .fails("hosts.yml:4:7: `: ` cannot stand inside a value without quotes")),
        with("braces", "release: { from: ., to: {release} }", .fails("hosts.yml:3:25: `to` must be a text, not a map")),
        with("star", "release: { exclude: [*.map] }", .fails("hosts.yml:3:22: `*` begins an alias in YAML")),
        with("exclamation", "groups: { a: { hosts: [!web-3] } }", .fails("hosts.yml:3:30: `!` begins a tag in YAML")),
        with("at", "env: { A: @a }", .fails("hosts.yml:3:11: a value cannot begin with `@`")),
        with("backtick", "env: { A: `id` }", .fails("hosts.yml:3:11: a value cannot begin with a backtick")),
        with("quote-open", "env: { A: \"a }", .fails("hosts.yml:3:11: the quote that opens here is never closed")),
        with("bracket-open", "x-a: [a", .fails("hosts.yml:3:6: the bracket that opens here is not closed")),
        with("escape", "env: { A: \"\\d\" }", .fails("hosts.yml:3:12: double quotes know no such escape")),
        with("tag-int", "ssh: { port: !!int 22 }", .fails("hosts.yml:3:14: the tag `!!int` is not understood")),
        with("tag-binary", "env: { A: !!binary YQ== }", .fails("hosts.yml:3:11: the tag `!!binary` is not understood")),
        with(
            "tag-python", "x-a: !!python/object:os.system a",
            .fails("hosts.yml:3:6: the tag `!!python/object:os.system`")),
        with("document-second", "---\nservice: b", .fails("hosts.yml:3:1: a second document begins here")),
        InventoryTrap("document-empty", "", .fails("hosts.yml:1:1: the file is empty")),
        InventoryTrap("document-comments", "# nothing\n", .fails("hosts.yml:1:1: the file is empty")),
        InventoryTrap("document-list", "- a\n", .fails("hosts.yml:1:1: the inventory must be a map, not a list")),
        InventoryTrap("document-text", "a b c\n", .fails("hosts.yml:1:1: the inventory must be a map, not `a b c`")),
        InventoryTrap("directive", "%YAML 1.1\n---\nservice: a\nhosts: [b]\n", .reads("service: a")),
    ]

    private static let values = [
        InventoryTrap(
            "hosts-million", "service: a\nhosts: [\"web-[1:1000000]\"]\n",
            .fails("hosts.yml:2:9: `hosts` stands for more")),
        InventoryTrap(
            "hosts-product", "service: a\nhosts: [\"w[1:999][1:999][1:999][1:999][1:999][1:999][1:999]\"]\n",
            .fails("hosts.yml:2:9: `hosts` stands for more")),
        InventoryTrap(
            "hosts-overflow", "service: a\nhosts: [\"w[0:99999999999999999999]\"]\n",
            .fails("hosts.yml:2:9: `hosts` has the range")),
        InventoryTrap(
            "hosts-backwards", "service: a\nhosts: [\"w[9:1]\"]\n", .fails("hosts.yml:2:9: `hosts` has the range")),
        InventoryTrap(
            "host-option", "service: a\nhosts: [-oProxyCommand=id]\n",
            .fails("hosts.yml:2:9: `-oProxyCommand=id` is not")),
        InventoryTrap(
            "service-emoji", "service: 🚀\nhosts: [a]\n", .fails("hosts.yml:1:10: `service` is not a service name")),
        with(
            "variable-unset", "env: { A: \"${DEPLOY_TRAP_UNSET}\" }",
            .fails("hosts.yml:3:11: `A` needs the environment")),
        with("variable-open", "env: { A: \"${A\" }", .fails("hosts.yml:3:11: `A` has a `${` without its `}`")),
        with("dollars", "env: { A: \"$$HOME $5\" }", .reads("  A: \"$HOME $5\"")),
    ]

    private static let files = [
        with("extends-itself", "extends: hosts.yml", .fails("hosts.yml:3:10: `extends` leads back to `hosts.yml`")),
        with(
            "extends-endless", "extends: /dev/zero",
            .fails("hosts.yml:3:10: `extends`: `/dev/zero` is larger than 8 MiB")),
        with(
            "extends-directory", "extends: /usr",
            .fails("hosts.yml:3:10: `extends`: `/usr` cannot be read: Is a directory")),
        with(
            "extends-missing", "extends: /no/such.yml",
            .fails("hosts.yml:3:10: `extends`: `/no/such.yml` cannot be read: No such file or directory")),
    ]
}
