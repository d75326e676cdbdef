import Foundation
import InventoryLoading
import Reporting
import TestSupport
import Testing

@testable import deploy

/// `deploy schema` beside the reader of inventories, judged by a JSON Schema validator that is not ours.
@Suite(
    .enabled(if: SchemaValidator.isAvailable, "jsonschema is not installed: `Tests/run` does that"),
    .timeLimit(.minutes(5)))
struct SchemaValidatorTests {
    @Test func `the reference in each of its forms is valid`() async throws {
        let documents = try ReferenceInventory.variants()
        #expect(documents.count > 10)
        for (number, problems) in try await SchemaValidator.problems(of: documents).enumerated() {
            #expect(problems == [], "form \(number)")
        }
    }

    @Test func `a good file is good for both`() async throws {
        let texts = Self.good.map { "service: acebook\n" + $0 }
        for (text, problems) in zip(texts, try await SchemaValidator.problems(of: texts)) {
            #expect(mistakes(in: text) == [])
            #expect(problems == [], "\(text)")
        }
    }

    @Test func `a bad file is bad for both`() async throws {
        let texts = Self.bad.map { "service: acebook\n" + $0 }
        for (text, problems) in zip(texts, try await SchemaValidator.problems(of: texts)) {
            #expect(mistakes(in: text) != [], "\(text)")
            #expect(problems != [], "\(text)")
        }
    }

    @Test func `a key that the reader does not know is none of the schema, and the other way round`() async throws {
        let documents = try misspelled()
        #expect(documents.count > 150)
        let problems = try await SchemaValidator.problems(of: documents.map(\.text))
        var refused = 0
        for (document, problems) in zip(documents, problems) {
            let mistakes = mistakes(in: document.text)
            // A schema can say less: it does not know, for instance, which keys are required.
            if !problems.isEmpty { #expect(mistakes != [], "\(document.name): \(problems)") }
            guard mistakes.contains(where: { $0.contains("has no key") }) else { continue }
            refused += 1
            #expect(problems != [], "\(document.name): \(mistakes)")
        }
        #expect(refused > 120)
    }

    @Test func `each map of the schema has the keys that the reader takes, and takes no others`() throws {
        for map in InventorySchema.root.all {
            let name = String(map.name.filter { $0 != "`" }.map { $0 == " " ? "_" : $0 })
            let definition = try #require(InventorySchemaText.json["definitions"]?[name], "\(map.name)")
            guard case .object(let properties)? = definition["properties"] else {
                Issue.record("\(map.name) has no properties")
                continue
            }
            #expect(properties.map(\.name) == map.supportedKeys, "\(map.name)")
            #expect(definition["additionalProperties"] == .bool(false), "\(map.name)")
        }
    }

    // MARK: Private

    private static let good = [
        "hosts: [web-1, \"web-[01:04]\"]", "hosts: { web-1: , web-2: { target: { a: b } } }",
        "protected: true\nhosts: [a]",
        "protected: ${PROTECTED:-false}\nhosts: [a]", "hosts: [a]\nrollout: { batch_size: [1, 25%], order: zone }",
        "hosts: [a]\nenv: { NO: no, PORT: 3000, EMPTY: \"\", clear: x }", "hosts: [a]\nbalancer: none",
        "hosts: [a]\nssh:",
        "hosts: [a]\nx-anything: { a: [1, { b: null }] }\nssh: { x-why: b, proxy_command: \"nc %h %p\" }",
        "hosts: [a]\nsteps: { activate: [make, { restart: { unit: a, action: reload } }] }",
        "hosts: [a]\nhealth: { http: { url: \":1\", host: a }, expect: { status: [200, \"300-399\"] } }",
        "hosts: [a]\nprotected:\nrelease: { from: ., to: /a, verify: }",
    ]

    private static let bad = [
        "hosts: [a]\nprotected: maybe", "hosts: [a]\nrollout: { on_failure: rollback }", "hosts: web-1",
        "hosts: [a]\nrelease: { from: ., to: /a, verify: md5 }", "hosts: [a]\nbalancer: { haproxy: [] }",
        "hosts: { a: { labels: [b] } }", "hosts: { a: { ssh: { fanout: 5 } } }",
        "hosts: [a]\nrollout: { unfinished: keep }",
        "hosts: [a]\nsteps: { activate: restart }",
        "hosts: [a]\nsteps: { activate: [{ restart: { unit: a, action: kick } }] }",
        "hosts: [a]\nssh: { host_key_checking: no }", "hosts: [a]\nhooks: []", "hosts: [a]\ngroups: [web]",
        "hosts: [a]\nenv: [A]", "hosts: [a]\nlease: 5s", "hosts: [a]\nhost_sources: { command: a }",
    ]

    private func mistakes(in text: String) -> [String] {
        do {
            _ = try InventoryLoader().read(
                Array(text.utf8), file: "hosts.yml", path: "/project/hosts.yml", environment: [:])
            return []
        } catch {
            return error.issues.map(\.description)
        }
    }

    /// The reference once for each of its keys, with an `x` behind that key.
    private func misspelled() throws -> [(name: String, text: String)] {
        let lines = try ReferenceInventory.text().split(separator: "\n", omittingEmptySubsequences: false)
        return lines.enumerated().flatMap { index, line in
            let code = line.prefix(upTo: line.firstRange(of: "#")?.lowerBound ?? line.endIndex)
            return code.matches(of: /([a-z_]+):(?: |$)/).map { match in
                let end = match.1.endIndex
                var lines = lines.map(String.init)
                lines[index] = "\(line[..<end])x\(line[end...])"
                return ("line \(index + 1), `\(match.1)`", lines.joined(separator: "\n"))
            }
        }
    }
}

/// Python's `jsonschema`, in the environment that `Tests/run` installs.
private enum SchemaValidator {
    private static let python = "\(Repository.root)/.build/ansible/bin/python3"

    static var isAvailable: Bool {
        ProcessInfo.processInfo.environment["TESTS_ARE_COMPLETE"] != nil
            || FileManager.default.fileExists(atPath: "\(Repository.root)/.build/ansible/bin/jsonschema")
    }

    /// What is wrong with each document by `deploy schema`.
    static func problems(of documents: [String]) async throws -> [[String]] {
        let texts = documents.enumerated().map { JSONValue.Field(name: "\($0)", value: .string($1)) }
        let question = JSONValue.object(["schema": InventorySchemaText.json, "documents": .object(texts)])
        return try await Lab.run { lab in
            let file = try lab.write(question.text, to: "question.json")
            let script = "\(Repository.root)/Tests/Scripts/validate-schema"
            let result = try await lab.command([python, script, file], within: .seconds(120))
            guard result.succeeded else { throw LabError("validate-schema failed: \(result.errorText)") }
            let answer = try JSONValue(parsing: result.text)
            return documents.indices.map { index in
                guard case .array(let problems)? = answer["\(index)"] else { return ["was not looked at"] }
                return problems.map { if case .string(let text) = $0 { text } else { $0.text } }
            }
        }
    }
}
