import DeployModel
import Testing

@Suite struct HostSelectionTests {
    private static let inventory = Inventory(
        service: "shop",
        hosts: [
            host("web-1", ["zone": "a"]), host("web-2", ["zone": "b"]), host("web-3", ["zone": "a"]), host("db-1", [:]),
            host("fe80::1", [:]),
            host("lb-1", ["zone": "b"], isDeployedTo: false),
        ],
        groups: ["web": names("web-1", "web-2", "web-3"), "data": names("db-1"), "empty": []])

    @Test(arguments: [
        ("all", "web-1 web-2 web-3 db-1 fe80::1 lb-1"), ("*", "web-1 web-2 web-3 db-1 fe80::1 lb-1"),
        ("web-2", "web-2"), ("web", "web-1 web-2 web-3"),
        ("web-*", "web-1 web-2 web-3"), ("*-1", "web-1 db-1 lb-1"), ("web-?", "web-1 web-2 web-3"),
        ("zone=a", "web-1 web-3"),
        ("db-1:web-1", "web-1 db-1"), ("db-1,web-1", "web-1 db-1"), (" db-1 , web-1 ", "web-1 db-1"),
        ("web-1:web-1", "web-1"),
        ("web:!web-3", "web-1 web-2"), ("!web-3:web", "web-1 web-2"), ("web:&zone=a", "web-1 web-3"),
        ("web:data:&zone=a:!web-1", "web-3"),
        ("!web", "db-1 fe80::1 lb-1"), ("&zone=b", "web-2 lb-1"), ("all:!web-*", "db-1 fe80::1 lb-1"),
        ("fe80::1", "fe80::1"),
        ("web[0]", "web-1"), ("web[-1]", "web-3"), ("web[1:2]", "web-2 web-3"), ("web[1:]", "web-2 web-3"),
        ("all[0]:all[-1]", "web-1 lb-1"), ("web-*[0:1]:!web-1", "web-2"), ("web:!web[0]", "web-2 web-3"),
        ("~web-[12]", "web-1 web-2"), ("~(web|db)-1$,lb-1", "web-1 db-1 lb-1"), ("~w(?:eb|x)-3", "web-3"),
        ("~w.{2,3}2:db-1", "web-2 db-1"), ("web:!~.*-3", "web-1 web-2"), ("zone=a[1]", "web-3"),
        ("fe80::1,web-1", "web-1 fe80::1"), ("web:!zone=a:!zone=b:data", "db-1"),
    ])
    func `a selection names hosts in the order of the inventory`(text: String, names: String) throws {
        let selected = try HostSelection(parsing: text).select(from: Self.inventory)
        #expect(selected.map(\.name.text).joined(separator: " ") == names)
    }

    @Test(arguments: [
        ("", "the selection is empty", "write `all` for all hosts; is a variable unset?"),
        ("  \n", "the selection is empty", "write `all` for all hosts; is a variable unset?"),
        (":!web-3", "the selection `:!web-3` has an empty part", "is a variable unset?"),
        ("web:", "the selection `web:` has an empty part", "is a variable unset?"),
        ("web,,db-1", "the selection `web,,db-1` has an empty part", "is a variable unset?"),
        ("!", "the selection `!` has an empty part", "is a variable unset?"),
        ("web:&", "the selection `web:&` has an empty part", "is a variable unset?"),
        ("web-9", "`web-9` is neither a host nor a group of the inventory", "did you mean `web-1`?"),
        ("web:!web-9", "`web-9` is neither a host nor a group of the inventory", "did you mean `web-1`?"),
        ("wbe", "`wbe` is neither a host nor a group of the inventory", "did you mean `web`?"),
        ("nothing-like-it", "`nothing-like-it` is neither a host nor a group of the inventory", nil),
        ("x-*", "no host matches `x-*`", nil),
        ("web:&x-*", "no host matches `x-*`", nil),
        ("zone=c", "no host has the label `zone=c`", "the values of `zone` are `a`, `b`"),
        ("rack=1", "no host has the label `rack=1`", "no host has a label `rack`"),
        ("empty", "the group `empty` has no hosts", nil),
        ("web[3]", "`web[3]` is beyond the 3 hosts that it picks from", "the first has the index 0"),
        ("web[7:9]", "`web[7:9]` is beyond the 3 hosts that it picks from", "the first has the index 0"),
        ("~x", "no host matches `~x`", nil),
        ("web-9[0]", "`web-9` is neither a host nor a group of the inventory", "did you mean `web-1`?"),
        ("~(", "`~(` is not a regular expression", "put quotes around the selection, for the shell's sake"),
        ("web:!web", "the selection leaves no host", "its parts exclude each other"),
        ("web:&data", "the selection leaves no host", "its parts exclude each other"),
        (
            "web-[1", "`web-[1` is not a selection",
            "a part is a host, a group, a glob such as `web-*`, a label such as `zone=a`, `~` and an expression, or `all`"
        ),
        (
            "-web", "`-web` is not a selection",
            "a part is a host, a group, a glob such as `web-*`, a label such as `zone=a`, `~` and an expression, or `all`"
        ),
        (
            "=a", "`=a` is not a selection",
            "a part is a host, a group, a glob such as `web-*`, a label such as `zone=a`, `~` and an expression, or `all`"
        ),
        (
            "zone=", "`zone=` is not a selection",
            "a part is a host, a group, a glob such as `web-*`, a label such as `zone=a`, `~` and an expression, or `all`"
        ),
    ])
    func `what selects nothing is an error`(text: String, message: String, hint: String?) {
        #expect(throws: HostSelectionError(message, hint: hint)) {
            try HostSelection(parsing: text).select(from: Self.inventory)
        }
    }

    @Test func `hosts can be excepted`() throws {
        let selected = try HostSelection(parsing: "web").select(
            from: Self.inventory, except: HostSelection(parsing: "web-1,db-1"))
        #expect(selected.map(\.name.text) == ["web-2", "web-3"])
        #expect(throws: HostSelectionError.self) {
            try HostSelection(parsing: "web").select(from: Self.inventory, except: HostSelection(parsing: "all"))
        }
        #expect(throws: HostSelectionError.self) {
            try HostSelection(parsing: "web").select(from: Self.inventory, except: HostSelection(parsing: "web-9"))
        }
    }

    @Test func `an inventory without hosts has nothing to select`() {
        #expect(throws: HostSelectionError("the inventory has no hosts")) {
            try HostSelection(parsing: "all").select(from: Inventory(service: "a", hosts: []))
        }
    }

    @Test func `a glob of many stars ends soon`() throws {
        let name = try #require(HostName(String(repeating: "a", count: 253)))
        let pattern = try #require(HostPattern(String(repeating: "*a", count: 100) + "*b"))
        #expect(!pattern.matches(name))
        #expect(HostPattern("web-1") == nil)
        #expect(HostPattern("web *") == nil)
    }

    private static func host(_ name: String, _ labels: [String: String], isDeployedTo: Bool = true) -> Host {
        var host = Host(name: names(name)[0], address: name, labels: labels)
        host.isDeployedTo = isDeployedTo
        return host
    }

    private static func names(_ texts: String...) -> [HostName] {
        texts.compactMap(HostName.init)
    }
}
