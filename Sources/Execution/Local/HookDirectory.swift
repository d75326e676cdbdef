package import DeployModel
import Foundation

/// The hooks that a directory holds: its files that are named as a moment.
package struct HookDirectory: Sendable {
    package let moments: Set<HookMoment>
    /// Things worth saying that do not stop the run.
    package let warnings: [String]

    /// Looks into the directory; runs nothing.
    ///
    /// - Throws: ``DeployError`` `.invalidConfiguration` where it is not there, or a hook in it cannot be executed.
    package init(_ configuration: HookConfiguration) throws(DeployError) {
        let directory = configuration.directory
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
            throw DeployError(
                .invalidConfiguration, "`hooks.dir` is not a directory that can be read: `\(directory)`",
                hint: "make it, or leave `hooks` out")
        }
        var moments: Set<HookMoment> = []
        for moment in HookMoment.allCases where names.contains(moment.rawValue) {
            guard FileManager.default.isExecutableFile(atPath: "\(directory)/\(moment.rawValue)") else {
                throw DeployError(
                    .invalidConfiguration, "the hook `\(directory)/\(moment.rawValue)` cannot be executed",
                    hint: "`chmod +x` it, or give it another name")
            }
            moments.insert(moment)
        }
        self.moments = moments
        let words = HookMoment.allCases.map(\.rawValue)
        warnings = names.filter { !words.contains($0) }.sorted().compactMap { name in
            // `before-rollout.sh` is meant as one; what is named otherwise is a file that hooks use.
            let stem = name.prefix { $0 != "." }.replacing("-", with: "_")
            return Spelling.nearest(to: String(stem), among: words).map {
                "`\(directory)/\(name)` is no hook: did you mean `\($0)`?"
            }
        }
    }
}
