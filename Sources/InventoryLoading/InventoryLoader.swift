package import DeployModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Reads an inventory: the file, those it extends, and the hosts that its sources know. No host is contacted.
package struct InventoryLoader: Sendable {
    package typealias SourceMaker = @Sendable (HostSourceConfiguration) -> any HostSource

    private let makeSource: SourceMaker?
    private let willAskSources: @Sendable (Inventory) -> Void

    /// - Parameters:
    ///   - makeSource: gives the source that an entry of `host_sources` means. Without it no source is asked, and what they
    ///     know is missing.
    ///   - willAskSources: is given the inventory as its files have it, before the first source is asked.
    package init(
        makeSource: SourceMaker? = nil, willAskSources: @escaping @Sendable (Inventory) -> Void = { _ in }
    ) {
        self.makeSource = makeSource
        self.willAskSources = willAskSources
    }

    /// - Parameters:
    ///   - path: as the user wrote it; the places of issues name the file so.
    ///   - environment: where the variables of `${NAME}` come from, and `HOME`.
    /// - Throws: ``InventoryError`` with every mistake of the files, or with the reason why one cannot be read, before any
    ///   source is asked; then what a source throws.
    package func load(
        path: String, environment: [String: String], settings: [InventorySetting] = []
    ) async throws -> LoadedInventory {
        let document = try Self.document(path: path, environment: environment, settings: settings)
        return try await load(document, environment: environment)
    }

    /// The inventory in the bytes of a file, its sources not asked.
    ///
    /// - Parameters:
    ///   - file: what the places of issues call it.
    ///   - path: its absolute path, which relative paths in it are relative to.
    package func read(
        _ bytes: [UInt8], file: String, path: String, environment: [String: String],
        settings: [InventorySetting] = []
    ) throws(InventoryError) -> LoadedInventory {
        let document = try InventoryDocument(
            bytes, file: file, path: path, environment: environment, settings: settings)
        return try InventoryValidator(document, environment: environment).validate()
    }

    /// The file to read where none is named: `DEPLOY_INVENTORY`, then `hosts.yml`, then `inventory/hosts.yml`. `nil` where there
    /// is none. A file named by the variable is taken whether it exists or not.
    package static func defaultPath(environment: [String: String], fileExists: (String) -> Bool) -> String? {
        if let path = environment["DEPLOY_INVENTORY"], !path.isEmpty { return path }
        return ["hosts.yml", "inventory/hosts.yml"].first(where: fileExists)
    }

    // MARK: Private

    static func document(
        path: String, environment: [String: String], settings: [InventorySetting]
    ) throws(InventoryError) -> InventoryDocument {
        let directory = FileManager.default.currentDirectoryPath
        return try InventoryDocument(
            try BoundedFile.read(path, limitBytes: SourceText.limitBytes), file: path,
            path: LocalPath.absolute(path, in: directory, home: environment["HOME"]), environment: environment,
            settings: settings, directory: directory)
    }

    func load(_ document: InventoryDocument, environment: [String: String]) async throws -> LoadedInventory {
        let validator = InventoryValidator(document, environment: environment)
        let sources = validator.sources
        guard let makeSource, !sources.isEmpty else { return try validator.validate() }
        // Every mistake of the files comes first: nothing is asked for a fleet that cannot be deployed to.
        willAskSources(try validator.validate().inventory)
        var answers: [SourcedHosts?] = Array(repeating: nil, count: sources.count)
        try await withThrowingTaskGroup(of: (Int, SourcedHosts).self) { group in
            for (index, source) in sources.enumerated() {
                group.addTask { (index, try await makeSource(source).hosts()) }
            }
            for try await (index, answer) in group { answers[index] = answer }
        }
        return try validator.validate(zip(sources, answers.compactMap(\.self)).map { ($0, $1) })
    }
}
