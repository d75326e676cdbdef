import Foundation

/// `inventory/hosts.yml`: the commented example, which holds every key.
package enum ReferenceInventory {
    package static let path = "\(Repository.root)/inventory/hosts.yml"

    package static func text() throws -> String {
        try String(contentsOf: URL(filePath: path), encoding: .utf8)
    }

    /// The file as it is, and once for each `# or` line, which takes the place of the nearest line above it that stands as
    /// far in and is not one, with all that is below that.
    package static func variants() throws -> [String] {
        let lines = try text().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var variants = [lines.joined(separator: "\n")]
        for (index, line) in lines.enumerated() {
            let parts = line.components(separatedBy: "# or ")
            guard parts.count == 2, parts[0].allSatisfy({ $0 == " " }) else { continue }
            let replaced = lines[..<index].lastIndex { line in
                let rest = line.dropFirst(parts[0].count)
                return line.hasPrefix(parts[0]) && rest.first != " " && rest.first != "#"
            }
            guard let replaced else { throw LabError("`\(line)` stands below no line that it could replace") }
            var variant = lines
            variant[replaced] = parts[0] + parts[1]
            variant.removeSubrange((replaced + 1)..<index)
            // What belongs to `http` alone goes with it.
            if !variant[replaced].contains("http") {
                variant.removeAll { $0.hasPrefix("  expect:") && parts[0].count == 2 }
            }
            variants.append(variant.joined(separator: "\n"))
        }
        return variants
    }
}
