import DeployModel
import InventoryLoading
import Testing

/// Where YAML itself trips, the message names the place and says what to write.
@Suite struct SyntaxTests {
    @Test(arguments: [
        (
            "health:\n  http: a: b: c",
            "4:10: `: ` cannot stand inside a value without quotes\n"
                + "  hint: put quotes around it: 'a: b'; or is the line indented wrongly?"
        ),
        (
            "release: { to: {release}, from: . }",
            "3:16: `to` must be a text, not a map\n  hint: put quotes around it: \"{release}\""
        ),
        (
            "release:\n  to: {release}/x\n  from: .",
            "4:16: the value has ended before this\n  hint: put quotes around the whole value: '{release}/x'"
        ),
        (
            "steps:\n  prepare:\n    - run: \"a\" b",
            "5:16: the value has ended before this\n  hint: put quotes around the whole value: '\"a\" b'"
        ),
        (
            "x-a: [!web-3, b]",
            "3:7: `!web-3` begins with `!`, which YAML reads as a tag\n  hint: put quotes around it: \"!web-3\""
        ),
        ("x-a: !!int 3", "3:6: the tag `!!int` is not understood\n  hint: values are typed by their key; leave it out"),
        (
            "x-a: [*.map]",
            "3:7: `*` begins an alias in YAML, and no name follows\n  hint: put quotes around the value: \"*.map\""
        ),
        (
            "x-a: *web",
            "3:6: this alias names no anchor that stands before it\n"
                + "  hint: `*name` needs an earlier `&name`; for a text that begins with `*`, put quotes around the value"
        ),
        ("x-a: @web", "3:6: a value cannot begin with `@`\n  hint: put quotes around the value"),
        ("x-a: `id`", "3:6: a value cannot begin with a backtick\n  hint: put quotes around the value"),
        ("x-a: \"abc", "3:6: the quote that opens here is never closed"),
        (
            "x-a: \"\\d\"",
            "3:7: double quotes know no such escape\n  hint: write `\\\\` for one `\\`, or use single quotes"
        ),
        (
            "x-a: { b: $X/${Y} }",
            "3:15: the value has ended before this\n  hint: put quotes around a value that holds braces, brackets or commas"
        ),
        ("x-a: { b: :3000 }", "3:11: no value can begin here\n  hint: put quotes around the value"),
        ("x-a: [a, b\n", "3:6: the bracket that opens here is not closed before line 4"),
        ("x-a", "3:1: this line is not `key: value`\n  hint: a `:` or a quote is missing"),
        (
            "x-a:\n  b: c\n d: e",
            "5:2: this line does not fit the ones above it\n"
                + "  hint: keys of one map, and dashes of one list, stand in the same column"
        ),
        ("---\nservice: b", "3:1: a second document begins here\n  hint: one file holds one document"),
        (
            "[a]: b",
            "3:1: a key must be a plain text\n  hint: YAML reads braces and brackets as collections; put quotes around the key"
        ),
        ("? a\n: b", "3:1: a key cannot begin with `? `\n  hint: write `key: value`; put quotes around a text"),
        (
            "x-a: b\u{7}",
            "3:7: YAML does not allow the character U+0007\n  hint: remove it, or write it as an escape in double quotes"
        ),
        (
            "x-a: b\u{2028}",
            "3:7: YAML does not allow the character U+2028\n  hint: remove it, or write it as an escape in double quotes"
        ),
    ])
    func `a trap is named`(lines: String, issue: String) {
        #expect(Fixture.issues(with: lines) == ["hosts.yml:" + issue])
    }

    @Test func `every tab that indents is named`() {
        #expect(
            Fixture.issues(with: "ssh:\n\tport: 1\nenv:\n  \tA: b\n\n\t\n\t# note\nrollout: {}") == [
                "hosts.yml:4:1: a tab indents this line\n  hint: indent with spaces",
                "hosts.yml:6:3: a tab indents this line\n  hint: indent with spaces",
            ])
    }

    @Test func `a tab inside a text is part of it`() throws {
        let inventory = try Fixture.inventory("env:\n  A: \"a\\tb\"\n  B: |\n    a\n    \tb\n")
        #expect(inventory.environment == ["A": "a\tb", "B": "a\n\tb\n"])
    }

    @Test func `every repeated key is named along with the other mistakes`() {
        #expect(
            Fixture.issues(
                with: """
                    env: { A: a, B: b, A: c, "B": d, C, C }
                    ssh:
                      port: 1
                      user: a b
                      port: 2
                    service: other
                    env: {}
                    """
            ) == [
                "hosts.yml:3:20: `A` is already given in line 3\n  hint: keep one of the two",
                "hosts.yml:3:26: `B` is already given in line 3\n  hint: keep one of the two",
                "hosts.yml:3:35: `C` has no value\n  hint: write \"\" for an empty text",
                "hosts.yml:3:37: `C` is already given in line 3\n  hint: keep one of the two",
                "hosts.yml:6:9: `user` is not a user name: `a b`",
                "hosts.yml:7:3: `port` is already given in line 5\n  hint: keep one of the two",
                "hosts.yml:8:1: `service` is already given in line 1\n  hint: keep one of the two",
                "hosts.yml:9:1: `env` is already given in line 3\n  hint: keep one of the two",
            ])
    }

    @Test func `text that looks like structure is no repeated key`() throws {
        let inventory = try Fixture.inventory(
            """
            steps:
              prepare:
                - run: |
                    cat <<EOF
                    a: 1
                    a: 2
                    [[[ {{{
                    EOF
                - run: "a: 1
                    a: 2 # [ {"
                - run: plain
                    a:1
                - { run: a, name: b } # a: 1
                - { run: a, name: b }
            """)
        #expect(inventory.steps[.prepare]?.count == 5)
    }

    @Test func `a file that is not UTF-8 is refused at its first bad byte`() {
        for bytes in [[0xFF, 0xFE, 0x61, 0x00], [0xFE, 0xFF, 0x00, 0x61]] as [[UInt8]] {
            #expect(
                throws: InventoryError([InventoryIssue("the file is UTF-16", at: place(1, 1), hint: "save it as UTF-8")]
                )
            ) {
                try Fixture.load(bytes)
            }
        }
        #expect(
            throws: InventoryError([
                InventoryIssue("the file is not UTF-8 from here", at: place(2, 4), hint: "save it as UTF-8")
            ])
        ) { try Fixture.load(Array("a: b\nx: ".utf8) + [0xE4, 0x0A]) }
    }

    @Test(arguments: ["", "# only a comment\n", "\n\n"])
    func `an empty file is named`(text: String) {
        #expect(Fixture.issues(text) == ["hosts.yml:1:1: the file is empty"])
    }

    @Test func `anchors and merge keys work`() throws {
        let inventory = try Fixture.load(
            """
            service: acebook
            x-base: &base { address: 10.0.0.1, labels: &labels { tier: web } }
            x-more: &more { labels: { tier: db }, deploy: false }
            hosts:
              a: { <<: *base, address: 10.0.0.2 }
              b: { <<: [*base, *more] }
              c: { labels: *labels }
            """
        ).inventory
        #expect(inventory.hosts.map(\.address) == ["10.0.0.2", "10.0.0.1", "c"])
        #expect(inventory.hosts.map { $0.labels["tier"] } == ["web", "web", "web"])
        #expect(inventory.hosts.map(\.isDeployedTo) == [true, false, true])
    }

    @Test func `only maps are merged, and once`() {
        #expect(
            Fixture.issues(with: "x-a: &a {}\nssh:\n  <<: 3\n  port: 22") == [
                "hosts.yml:5:7: `<<` merges maps, not `3`\n  hint: write `<<: *name`, where `&name` stands before a map"
            ])
        #expect(
            Fixture.issues(with: "x-a: &a {}\nssh:\n  <<: *a\n  <<: *a") == [
                "hosts.yml:6:3: `<<` is already given in line 5\n  hint: several merges are one list: `<<: [*a, *b]`"
            ])
    }

    private func place(_ line: Int, _ column: Int) -> DeployModel.SourceLocation {
        DeployModel.SourceLocation(file: "hosts.yml", line: line, column: column)
    }
}
