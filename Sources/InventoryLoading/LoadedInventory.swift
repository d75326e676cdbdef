package import DeployModel

/// A valid inventory, with what is odd about it.
package struct LoadedInventory: Sendable, Hashable {
    package var inventory: Inventory
    /// Things that are allowed but seldom meant, sorted by place.
    package var warnings: [InventoryIssue]

    package init(inventory: Inventory, warnings: [InventoryIssue] = []) {
        self.inventory = inventory
        self.warnings = warnings
    }
}
