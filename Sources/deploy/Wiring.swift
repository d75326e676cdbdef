import DeployModel
import InventoryLoading
import SSHTransport

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The composition root: the only file that knows all targets, and the only one that gives ports their implementations.
enum Wiring {
    /// The libraries of the system that this program runs with.
    static var libraryVersions: String {
        "libssh2 \(SSHConnection.libraryVersion), \(SSHConnection.cryptoLibraryVersion)"
    }

    /// Reads an inventory; nothing is contacted.
    static func inventory(at path: String, _ console: Console) throws -> LoadedInventory {
        try InventoryLoader().load(path: path, environment: console.environment)
    }

    static func isDirectory(_ path: String) -> Bool {
        var isDirectory = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory
    }
}
