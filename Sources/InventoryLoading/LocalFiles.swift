package import DeployModel

/// What a run needs to find on this machine. It is asked by the commands that use it, not when the inventory is
/// loaded: `build` steps may make it first.
package enum LocalFiles {
    /// One error for the release's source and for each script that is not there.
    package static func problems(
        of inventory: Inventory, isDirectory: (String) -> Bool, isFile: (String) -> Bool
    ) -> [DeployError] {
        var problems: [DeployError] = []
        if let source = inventory.release?.source, !isDirectory(source) {
            problems.append(
                DeployError(
                    .invalidRelease, "`release.from` is not a directory: `\(source)`",
                    hint: "a `build` step can make it; relative paths start beside `\(inventory.path)`"))
        }
        for phase in StepPhase.allCases {
            for step in inventory.steps[phase] ?? [] {
                let (what, path) =
                    switch step.action {
                    case .script(let path) where !isFile(path): ("script", path)
                    case .template(let template) where !isFile(template.source): ("template", template.source)
                    case .sync(let sync) where !isFile(sync.source) && !isDirectory(sync.source):
                        ("source of `sync`,", sync.source)
                    case .run, .script, .restart, .sync, .template, .local: ("", "")
                    }
                guard !path.isEmpty else { continue }
                let place = step.location.map { "\($0): " } ?? ""
                problems.append(
                    DeployError(.invalidConfiguration, "\(place)the \(what) `\(path)` does not exist"))
            }
        }
        return problems
    }
}
