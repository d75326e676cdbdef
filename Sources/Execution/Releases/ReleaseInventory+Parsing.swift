import DeployModel

extension ReleaseInventory {
    /// Reads what ``ReleaseCommands/list(_:)`` prints. Lines it does not know are left out.
    init(output: String) {
        self.init(link: .absent, complete: [], partial: [], manifests: [:])
        for line in output.split(separator: "\n") {
            let (word, value) = Self.divided(line)
            switch word {
            case "link": link = .symbolic(String(value))
            case "directory": link = .directory
            case "other": link = .other
            case "release": if let id = ReleaseID(String(value)) { complete.insert(id) }
            case "partial": if let id = ReleaseID(String(value)) { partial.insert(id) }
            case "manifest":
                let (name, json) = Self.divided(value)
                // One that names another release was copied by hand: it says nothing about this one.
                if let id = ReleaseID(String(name)), let manifest = ReleaseManifest(json: String(json)),
                    manifest.id == id
                {
                    manifests[id] = manifest
                }
            default: break
            }
        }
    }

    private static func divided(_ line: Substring) -> (word: Substring, rest: Substring) {
        guard let space = line.firstIndex(of: " ") else { return (line, "") }
        return (line[..<space], line[line.index(after: space)...])
    }
}
