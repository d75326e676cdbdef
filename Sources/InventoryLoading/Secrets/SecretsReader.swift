package import DeployModel
import Foundation

/// Looks up the secrets of an inventory: in the environment of whoever runs `deploy`, then in its `secrets_from`, one after
/// the other. A source is asked only while a secret is still missing, so that a CI which sets them all needs none.
package struct SecretsReader: Sendable {
    /// What came of it.
    package struct Outcome: Sendable {
        package var values: SecretValues
        /// Things worth saying that do not stop the run.
        package var warnings: [String]
    }

    /// Runs a program in a directory and returns what it prints.
    package typealias Run = @Sendable (_ argv: [String], _ directory: String) async throws -> [UInt8]

    private static let limitBytes = 1 << 20

    private let environment: [String: String]
    private let run: Run

    package init(environment: [String: String], run: @escaping Run) {
        self.environment = environment
        self.run = run
    }

    /// All of them, for a run that uses them.
    ///
    /// - Throws: ``DeployError`` `.invalidConfiguration` that names every secret without a value, or the source that cannot
    ///   be read; what `run` throws.
    package func read(for inventory: Inventory) async throws -> Outcome {
        var search = SecretSearch(inventory, environment)
        var warnings: [String] = []
        for source in inventory.secretSources where !search.missing.isEmpty {
            search.take(try await document(source, LocalPath.directory(of: inventory.path), &warnings))
        }
        guard search.missing.isEmpty else { throw Self.unset(search.missing, inventory) }
        warnings += search.values.namesTooShortToHide.map {
            "the secret `\($0)` is too short to be told from other text: it is not hidden in what programs print"
        }
        return Outcome(values: search.values, warnings: warnings)
    }

    /// As many as can be found, for a command that uses none and shows what hosts print: it must go on without a vault, so a
    /// source that cannot be read is a warning, and a secret that has no value here is passed over.
    package func found(for inventory: Inventory) async -> Outcome {
        var search = SecretSearch(inventory, environment)
        var warnings: [String] = []
        for source in inventory.secretSources where !search.missing.isEmpty {
            do {
                var ignored: [String] = []
                search.take(try await document(source, LocalPath.directory(of: inventory.path), &ignored))
            } catch {
                let reason = (error as? DeployError)?.message ?? "\(error)"
                let names = search.missing.map { "`\($0)`" }.joined(separator: ", ")
                warnings.append("\(names) cannot be hidden in what hosts print: \(reason)")
            }
        }
        return Outcome(values: search.values, warnings: warnings)
    }

    /// Those that are at hand, to be hidden from the start: nothing is run, and a file that can be read only once is left
    /// for the run that uses it. What cannot be read is passed over.
    package static func atHand(for inventory: Inventory, environment: [String: String]) -> SecretValues {
        var search = SecretSearch(inventory, environment)
        for source in inventory.secretSources {
            guard case .file(let path) = source.place, isRegularFile(path),
                let bytes = try? contents(of: path, source),
                let document = try? SecretDocument(bytes, source.format)
            else { continue }
            search.take(document)
        }
        return search.values
    }

    // MARK: Private

    private func document(
        _ source: SecretSource, _ directory: String, _ warnings: inout [String]
    ) async throws -> SecretDocument {
        let place: String
        let bytes: [UInt8]
        switch source.place {
        case .file(let path):
            place = "`\(path)`"
            bytes = try Self.contents(of: path, source)
            if Self.isReadableByOthers(path) {
                warnings.append("the secrets in `\(path)` can be read by other users of this machine: `chmod 600` it")
            }
        case .command(let command):
            place = "what the command prints"
            bytes = try await run(Self.argv(of: command), directory)
        }
        do throws(SecretDocument.Problem) {
            return try SecretDocument(bytes, source.format)
        } catch {
            let line = error.line.map { ", line \($0)" } ?? ""
            throw Self.error("\(place)\(line): \(error.message)", source, hint: nil)
        }
    }

    private static func contents(of path: String, _ source: SecretSource) throws -> [UInt8] {
        let bytes: [UInt8]
        do {
            bytes = try BoundedFile.read(path, limitBytes: limitBytes)
        } catch {
            throw Self.error(
                error.issues.first?.message ?? "`\(path)` cannot be read", source,
                hint: "it is read because a secret is not in the environment")
        }
        guard bytes.count <= limitBytes else { throw Self.error("`\(path)` is larger than 1 MiB", source, hint: nil) }
        return bytes
    }

    private static func isRegularFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private static func isReadableByOthers(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & 0o077 != 0
    }

    /// A string is a line for `/bin/sh`, which stops at the first command that fails; a list is an argv.
    private static func argv(of command: Step.LocalCommand) -> [String] {
        switch command {
        case .shell(let line): ["/bin/sh", "-eu", "-c", line]
        case .argv(let argv): argv
        }
    }

    private static func unset(_ names: [String], _ inventory: Inventory) -> DeployError {
        let list = names.map { "`\($0)`" }.joined(separator: ", ")
        return DeployError(
            .invalidConfiguration,
            names.count == 1 ? "the secret \(list) has no value" : "these secrets have no value: \(list)",
            hint: inventory.secretSources.isEmpty
                ? "export it in the environment of `deploy`, or name a place under `secrets_from`"
                : "neither the environment of `deploy` nor `secrets_from` holds it")
    }

    private static func error(_ message: String, _ source: SecretSource, hint: String?) -> DeployError {
        let place = source.location.map { "\($0): " } ?? ""
        return DeployError(.invalidConfiguration, "\(place)\(message)", hint: hint)
    }
}

/// The secrets of an inventory that have been found so far, and those that are still missing.
private struct SecretSearch {
    private var found: [String: Secret] = [:]
    /// Used by this machine alone.
    private let others: [Secret]
    private(set) var missing: [String]

    /// Begins with the environment of whoever runs `deploy`. A variable that is empty is one that a CI does not have.
    init(_ inventory: Inventory, _ environment: [String: String]) {
        func secret(_ name: String) -> Secret? {
            environment[name].flatMap { $0.isEmpty ? nil : Secret($0) }
        }
        missing = inventory.secretNames
        others =
            inventory.localSecretNames.compactMap(secret)
            + inventory.notifications.flatMap { [$0.url] + $0.secrets }
        take(secret)
    }

    var values: SecretValues { SecretValues(found, hiding: others) }

    mutating func take(_ document: SecretDocument) {
        take { document[$0] }
    }

    private mutating func take(_ value: (String) -> Secret?) {
        for name in missing { found[name] = value(name) }
        missing.removeAll { found[$0] != nil }
    }
}
