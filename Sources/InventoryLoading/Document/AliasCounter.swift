/// Counts the nodes that aliases would add to the tree, from the places of anchors and aliases alone.
///
/// An anchor's weight is the number of nodes from it to the end of its value. Where that end is not clear from indentation and
/// brackets the count runs on, so a weight is never too small.
struct AliasCounter {
    private struct OpenAnchor {
        var name: String
        var start: Int
        var flowDepth: Int
        /// Of the collection that holds the anchored value; 0 for the document itself.
        var parentColumn: Int
        var isInMapping: Bool
    }

    /// What the tree will hold, what aliases add included.
    private(set) var nodes = 0
    private(set) var addedNodes = 0
    private var open: [OpenAnchor] = []
    private var weights: [String: Int] = [:]

    mutating func countNode() {
        nodes += 1
    }

    mutating func openAnchor(_ name: String, flowDepth: Int, parentColumn: Int, isInMapping: Bool) {
        open.append(
            OpenAnchor(
                name: name, start: nodes, flowDepth: flowDepth, parentColumn: parentColumn, isInMapping: isInMapping))
    }

    /// Adds the weight of an alias.
    mutating func useAlias(_ name: String) {
        // A value cannot hold its own alias: where the anchor still counts as open, its value has ended before, or the alias
        // means an earlier anchor of the same name.
        if weights[name] == nil { close { $0.name == name } }
        let start = open.last { $0.name == name }?.start
        let weight = max(1, weights[name] ?? 1, start.map { nodes - $0 } ?? 1)
        nodes += weight
        addedNodes += weight
    }

    mutating func startLine(column: Int, isEntry: Bool) {
        close { anchor in
            anchor.flowDepth == 0
                && (column < anchor.parentColumn
                    || column == anchor.parentColumn && !(anchor.isInMapping && isEntry))
        }
    }

    /// A `,` between the items of the flow collection at this depth.
    mutating func endFlowItem(depth: Int) {
        close { $0.flowDepth == depth }
    }

    mutating func endFlow(newDepth: Int) {
        close { $0.flowDepth > newDepth }
    }

    // MARK: Private

    private mutating func close(where hasEnded: (OpenAnchor) -> Bool) {
        guard !open.isEmpty else { return }
        for anchor in open where hasEnded(anchor) {
            weights[anchor.name] = max(weights[anchor.name] ?? 0, nodes - anchor.start)
        }
        open.removeAll(where: hasEnded)
    }
}
