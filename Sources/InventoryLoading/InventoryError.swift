import DeployModel

/// Everything that is wrong with an inventory file, sorted by place; at least one issue.
package struct InventoryError: Error, Sendable, Hashable {
    /// With so many issues a file is given up: what is left of it is hardly an inventory.
    static let limit = 1000

    package var issues: [InventoryIssue]

    /// Sorts the issues by place and drops repetitions, such as those of a value that several hosts share.
    ///
    /// - Parameter files: the files of the inventory in their order; others follow as they are found.
    package init(_ issues: [InventoryIssue], files: [String] = []) {
        self.issues = issues.inOrder(of: files)
        if issues.count >= Self.limit {
            self.issues.append(InventoryIssue("there are more mistakes than these", at: nil))
        }
    }
}

extension InventoryError: CustomStringConvertible {
    package var description: String {
        issues.map(\.description).joined(separator: "\n")
    }
}

extension [InventoryIssue] {
    /// The issues by file and place, each once; of one place in the order in which they were found.
    func inOrder(of known: [String] = []) -> [InventoryIssue] {
        var seen: Set<InventoryIssue> = []
        let unique = filter { seen.insert($0).inserted }
        var files: [String: Int] = [:]
        for file in known + unique.compactMap(\.location?.file) where files[file] == nil {
            files[file] = files.count + 1
        }
        let order = { (issue: InventoryIssue) in issue.location.flatMap { files[$0.file] } ?? 0 }
        return unique.enumerated().sorted { left, right in
            let (a, b) = (left.element.location, right.element.location)
            return (order(left.element), a?.line ?? 0, a?.column ?? 0, left.offset)
                < (order(right.element), b?.line ?? 0, b?.column ?? 0, right.offset)
        }.map(\.element)
    }
}
