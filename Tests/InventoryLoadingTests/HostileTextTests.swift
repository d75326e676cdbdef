import DeployModel
import TestSupport
import Testing
import Yams

@testable import InventoryLoading

/// Whatever the bytes are, reading them ends soon with a value or with issues. The seed that repeats a run is printed.
@Suite(.timeLimit(.minutes(20))) struct HostileTextTests {
    @Test func `a hundred thousand nested brackets are refused where they pass the limit`() {
        for bracket in ["[", "{", "- ", "a: {", "[{a: "] {
            let issues = Fixture.issues("service: a\nhosts: " + String(repeating: bracket, count: 100_000))
            #expect(issues.count == 1)
            #expect(issues.first?.contains("nests deeper than 64 levels") == true || bracket == "- ")
        }
    }

    @Test func `deep indentation is refused where it passes the limit`() {
        let lines = (0..<1000).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
        #expect(Fixture.issues(lines) == ["hosts.yml:65:65: the file nests deeper than 64 levels"])
    }

    @Test func `sixty-four levels are read`() {
        let text = "x-deep: " + String(repeating: "[", count: 63) + String(repeating: "]", count: 63)
        #expect(Fixture.issues(with: text) == [])
        let deeper = "x-deep: " + String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(Fixture.issues(with: deeper) == ["hosts.yml:3:72: the file nests deeper than 64 levels"])
    }

    @Test func `an alias bomb is refused before it is expanded`() {
        var lines = ["x-0: &a0 [a, a, a, a, a, a, a, a, a, a]"]
        for level in 1...30 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            lines.append("x-\(level): &a\(level) [\(aliases)]")
        }
        #expect(
            Fixture.issues(with: lines.joined(separator: "\n")) == [
                "hosts.yml:7:46: the aliases of this file expand to more than 100000 values"
            ])
    }

    @Test func `an alias bomb in keys, in blocks and under one name is refused too`() {
        let inKeys = (1...40).map { "x-\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]" }.joined(separator: "\n")
        let block = (1...40).map { "x-\($0): &a\($0)\n  - *a\($0 - 1)\n  - *a\($0 - 1)" }.joined(separator: "\n")
        let renamed = (1...40).map { "x-\($0): &a [*a, *a]" }.joined(separator: "\n")
        for text in ["x-0: &a0 [a]\n\(inKeys)\n*a40 : b", "x-0: &a0 [a]\n\(block)", "x-0: &a [a]\n\(renamed)"] {
            #expect(Fixture.issues(with: text).contains { $0.contains("expand to more than 100000 values") })
        }
    }

    @Test func `anchors and aliases of an ordinary file are far below the limit`() throws {
        var lines = ["x-web: &web\n  env: { A: a, B: b }\n  ssh: { user: app }\nservice: acebook\nhosts:"]
        for number in 1...5000 {
            lines.append("  web-\(number):\n    <<: *web\n    address: 10.0.\(number / 250).\(number % 250)")
        }
        #expect(try Fixture.load(lines.joined(separator: "\n")).inventory.hosts.count == 5000)
    }

    @Test func `eight megabytes are read and one byte more is refused`() {
        let text = "service: acebook\nhosts: [web-1]\n#"
        let full = text + String(repeating: "x", count: 8 << 20 - text.utf8.count)
        #expect(full.utf8.count == 8 << 20)
        #expect(Fixture.issues(full) == [])
        #expect(Fixture.issues(full + "x") == ["`hosts.yml` is larger than 8 MiB"])
    }

    @Test(arguments: ["a: 1\n", "\ta: 1\n", "- !a b\n", "k%: 1\n", "h%: { %: 1 }\n"])
    func `a file that is nothing but mistakes is given up`(line: String) {
        let text = (0..<5000).map { line.replacing("%", with: "\($0)") }.joined()
        let issues = Fixture.issues(text)
        #expect((1000...1003).contains(issues.count))
        #expect(issues.last == "there are more mistakes than these")
    }

    @Test func `random bytes end in issues`() {
        let seed = HostileInput(for: "random bytes").seed
        var random = SeededGenerator(seed: seed)
        for round in 0..<2000 {
            let length = Int.random(in: 0...200, using: &random)
            let bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            #expect(throws: InventoryError.self, "seed \(seed), round \(round)") { try Fixture.load(bytes) }
        }
    }

    @Test func `random indicators end in a value or in issues`() {
        let seed = HostileInput(for: "random indicators").seed
        var random = SeededGenerator(seed: seed)
        for round in 0..<20000 {
            let text = Mutation.soup(using: &random)
            for issue in Fixture.issues(text) {
                #expect(!issue.isEmpty, "seed \(seed), round \(round)")
            }
        }
    }

    @Test func `mutations of the reference end in a value or in issues that name a place in it`() throws {
        let reference = Array(try ReferenceInventory.text().utf8)
        let seed = HostileInput(for: "mutations of the reference").seed
        var random = SeededGenerator(seed: seed)
        for round in 0..<500 {
            let bytes = Mutation.mutate(reference, using: &random)
            do {
                _ = try Fixture.load(bytes)
            } catch {
                let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).count
                #expect(!error.issues.isEmpty, "seed \(seed), round \(round)")
                for issue in error.issues {
                    #expect((issue.location?.line ?? 1) <= lines + 1, "seed \(seed), round \(round): \(issue)")
                }
            }
        }
    }

    @Test func `the scan finds a repeated key exactly where the parser does`() throws {
        let reference = Array(try ReferenceInventory.text().utf8)
        let seed = HostileInput(for: "repeated keys").seed
        var random = SeededGenerator(seed: seed)
        var found = 0
        for round in 0..<500 {
            let bytes = Mutation.mutate(reference, using: &random)
            guard let text = try? SourceText(bytes, file: "hosts.yml") else { continue }
            let scan = StructureScan(text, file: "hosts.yml")
            guard scan.issues.isEmpty else { continue }
            do {
                _ = try compose(yaml: String(decoding: text.bytes, as: UTF8.self), .basic, .default, .utf8)
                #expect(scan.duplicateKeys.isEmpty, "seed \(seed), round \(round)")
            } catch YamlError.duplicatedKeysInMapping {
                found += 1
                #expect(!scan.duplicateKeys.isEmpty, "seed \(seed), round \(round)")
            } catch {
                // Not YAML: the scan may have seen anything.
            }
        }
        #expect(found > 0)
    }

    /// `DEPLOY_FUZZ_SECONDS` makes these longer; see ``HostileInput``.
    @Test func `damaged inventories end in a value or in issues`() throws {
        let examples = try ReferenceInventory.variants().map { Array($0.utf8) }
        var input = HostileInput(for: "inventories")
        for round in input.rounds(600) {
            do {
                _ = try Fixture.load(input.next(from: examples))
            } catch {
                #expect(!error.issues.isEmpty, "seed \(input.seed), round \(round)")
            }
        }
    }

    @Test func `damaged inventories of Ansible end in a fleet or in issues`() throws {
        let files = try AnsibleCase.all().flatMap(\.files).filter { !$0.isExecutable }.map { Array($0.text.utf8) }
        var input = HostileInput(for: "inventories of Ansible")
        for round in input.rounds(4000) {
            let bytes = input.next(from: files)
            var graph = AnsibleGraph()
            do {
                if case .map(let groups) = try AnsibleDocument.value(of: bytes, file: "hosts") {
                    _ = try AnsibleTree.read(groups, file: "hosts", into: &graph)
                } else {
                    try AnsibleINI.read(bytes, file: "hosts", into: &graph)
                }
                graph.reconcile()
                _ = graph.groupsByHost()
            } catch {
                #expect(!error.issues.isEmpty, "seed \(input.seed), round \(round)")
            }
        }
    }

    @Test func `damaged patterns select hosts or say why not`() async throws {
        let (fleet, patterns) = try AnsibleCase.patterns()
        var graph = AnsibleGraph()
        for file in fleet.files { try AnsibleINI.read(Array(file.text.utf8), file: "hosts", into: &graph) }
        graph.reconcile()
        let ansible = try HostVariables(graph: graph, folders: []).inventory(warnings: [])
        let own = try Fixture.inventory("groups: { web: { hosts: web-1 } }")
        let examples = (patterns + ["web:!web-1", "web-1[0:2]", "~web-.*", "zone=a:&web"]).map { Array($0.utf8) }
        var input = HostileInput(for: "patterns")
        for round in input.rounds(4000) {
            let text = String(decoding: input.next(from: examples), as: UTF8.self)
            do {
                _ = try AnsiblePattern(text).hosts(in: ansible)
                _ = try HostSelection(parsing: text).select(from: own)
            } catch {
                #expect(!error.message.isEmpty, "seed \(input.seed), round \(round)")
            }
        }
    }
}
