package import DeployModel

/// Where a host keeps its releases.
///
///     /srv/acebook/releases/20261122141507-3fa9c1d/          a complete release
///     /srv/acebook/releases/20261122150112-77b0d2e.partial/  one that is being uploaded, or was
///     /srv/acebook/releases/.20261122141507-3fa9c1d.json     its manifest
///     /srv/acebook/current -> releases/20261122141507-3fa9c1d
///     /srv/acebook/shared/log                                what outlives releases; each links to it
///     /srv/acebook/.deploy/                                  what runs note here: lease, journals, maintenance
package struct ReleaseLayout: Sendable, Hashable {
    /// Absolute, without a slash at the end.
    package let destination: String
    /// Absolute, without a slash at the end. It need not lie in the destination.
    package let link: String
    /// With `layout: in_place` the directory that releases are copied over: the destination is beside it then, and the link
    /// in there names the release that was copied last.
    package let applied: String?

    package static let partialSuffix = ".partial"
    package static let stagingSuffix = ".deploy"

    /// - Parameter placeholders: fill in `{host}` and its like.
    package init(_ configuration: ReleaseConfiguration, placeholders: Placeholders) {
        let target = Self.normalized(placeholders.fill(configuration.destination))
        switch configuration.layout {
        case .releases:
            (destination, applied) = (target, nil)
            link = Self.normalized(placeholders.fill(configuration.link))
        case .inPlace:
            (destination, applied) = (target + Self.stagingSuffix, target)
            link = destination + "/current"
        }
    }

    package var releases: String { destination + "/releases" }

    /// What outlives releases.
    package var shared: String { destination + "/shared" }

    /// Where runs keep what they note on the host.
    package var records: String { destination + "/.deploy" }

    package func directory(of id: ReleaseID) -> String { "\(releases)/\(id)" }

    package func partialDirectory(of id: ReleaseID) -> String { "\(releases)/\(id)\(Self.partialSuffix)" }

    /// What the link holds for a release of ours: relative where both lie in one directory, so that the whole may be
    /// moved or seen through a mount.
    package func linkTarget(for id: ReleaseID) -> String {
        parent(of: link) == destination ? "releases/\(id)" : directory(of: id)
    }

    /// The release of ours that a link's text names, whether relative or absolute.
    package func release(forLinkTarget target: String) -> ReleaseID? {
        let target = Self.normalized(target)
        let absolute = target.hasPrefix("/") ? target : parent(of: link) + "/" + target
        guard absolute.hasPrefix(releases + "/") else { return nil }
        return ReleaseID(String(absolute.dropFirst(releases.count + 1)))
    }

    /// The directory that holds a path.
    package func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    // MARK: Private

    /// Without doubled slashes, and without one at the end.
    private static func normalized(_ path: String) -> String {
        let parts = path.split(separator: "/").joined(separator: "/")
        return path.hasPrefix("/") ? "/" + parts : parts
    }
}
