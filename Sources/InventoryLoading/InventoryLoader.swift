import Foundation

/// Reads an inventory file. Nothing is contacted, and nothing but the one file is read.
package struct InventoryLoader: Sendable {
    package init() {}

    /// - Parameters:
    ///   - path: as the user wrote it; the places of issues name the file so.
    ///   - environment: where the variables of `${NAME}` come from, and `HOME`.
    /// - Throws: ``InventoryError`` with every mistake of the file, or with the reason why it cannot be read.
    package func load(path: String, environment: [String: String]) throws(InventoryError) -> LoadedInventory {
        let directory = FileManager.default.currentDirectoryPath
        return try read(
            try BoundedFile.read(path, limitBytes: SourceText.limitBytes), file: path,
            path: LocalPath.absolute(path, in: directory, home: environment["HOME"]), environment: environment)
    }

    /// The inventory in the bytes of a file.
    ///
    /// - Parameters:
    ///   - file: what the places of issues call it.
    ///   - path: its absolute path, which relative paths in it are relative to.
    package func read(
        _ bytes: [UInt8], file: String, path: String, environment: [String: String]
    ) throws(InventoryError) -> LoadedInventory {
        let document = try DocumentReader.read(bytes, file: file)
        return try InventoryValidator(path: path, environment: environment)
            .validate(document.root, known: document.issues)
    }

    /// The file to read where none is named: `DEPLOY_INVENTORY`, then `hosts.yml`, then `inventory/hosts.yml`. `nil` where there
    /// is none. A file named by the variable is taken whether it exists or not.
    package static func defaultPath(environment: [String: String], fileExists: (String) -> Bool) -> String? {
        if let path = environment["DEPLOY_INVENTORY"], !path.isEmpty { return path }
        return ["hosts.yml", "inventory/hosts.yml"].first(where: fileExists)
    }
}
