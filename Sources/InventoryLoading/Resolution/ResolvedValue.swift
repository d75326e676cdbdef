package import DeployModel

/// A value of an inventory once the files it extends are merged, variables are filled in and aliases are gone. Scalars are
/// texts: their type is the schema's business.
package indirect enum ResolvedValue: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package var key: String
        package var value: ResolvedValue
    }

    case nothing
    /// With its place, which may be in another file.
    case text(String, SourceLocation)
    /// A text that is, or may be, a secret.
    case hidden(SourceLocation)
    case list([ResolvedValue])
    case map([Entry])
}

extension InventoryLoader {
    /// The inventory as one file would write it; no source of hosts is asked, and secrets are hidden.
    ///
    /// - Throws: ``InventoryError`` with every mistake of the files.
    package func resolved(
        path: String, environment: [String: String], settings: [InventorySetting] = []
    ) throws(InventoryError) -> ResolvedInventory {
        let document = try Self.document(path: path, environment: environment, settings: settings)
        return try Self.resolved(document, environment: environment)
    }

    static func resolved(
        _ document: InventoryDocument, environment: [String: String]
    ) throws(InventoryError) -> ResolvedInventory {
        let loaded = try InventoryValidator(document, environment: environment).validate()
        let resolver = InventoryResolver(
            environment: environment,
            redactor: SecretsReader.atHand(for: loaded.inventory, environment: environment).redactor)
        return ResolvedInventory(
            root: resolver.resolved(document.root, as: .map(InventorySchema.root)), files: document.files,
            warnings: loaded.warnings)
    }
}

/// An inventory as `deploy config` shows it.
package struct ResolvedInventory: Sendable, Hashable {
    package var root: ResolvedValue
    /// What the inventory was read from, the named file first.
    package var files: [String]
    package var warnings: [InventoryIssue]
}
