package import DeployModel

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What the host knows of one release, in one line of JSON beside its directory.
///
/// Beside and not inside: a release holds what was sent, byte for byte.
package struct ReleaseManifest: Sendable, Hashable, Codable {
    package typealias State = ReleaseState

    /// The version of this format.
    package var format = 1
    package var id: ReleaseID
    /// `nil` for a release that another tool or a person made.
    package var contentDigest: String?
    package var state: State
    package var created: Date
    package var gitCommit: String?
    /// The `prepare` steps have run in it; they are not run again where it may be live.
    package var isPrepared: Bool?
    /// What the live link held for a release that is not in `releases/`: a rollback puts exactly this back.
    package var linkTarget: String?
    /// A step that was run for it and cannot be undone.
    package var irreversibleStep: String?

    package init(
        id: ReleaseID, contentDigest: String?, state: State, created: Date, gitCommit: String? = nil,
        linkTarget: String? = nil
    ) {
        self.id = id
        self.contentDigest = contentDigest
        self.state = state
        self.created = created
        self.gitCommit = gitCommit
        self.linkTarget = linkTarget
    }

    private enum CodingKeys: String, CodingKey {
        case format, id, state, created
        case contentDigest = "content_digest"
        case gitCommit = "git_commit"
        case isPrepared = "is_prepared"
        case linkTarget = "link_target"
        case irreversibleStep = "irreversible_step"
    }

    /// One line, keys in order.
    package var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        // A value of strings, numbers and a date always encodes; an empty text would be read as "no manifest".
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Reads a manifest; `nil` for anything else, a newer format among it.
    package init?(json: String) {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        guard let manifest = try? decoder.decode(Self.self, from: Data(json.utf8)), manifest.format == 1 else {
            return nil
        }
        self = manifest
    }
}
