package import DeployModel

extension HostName: ExpressibleByStringLiteral {
    /// A name written in a test; one that is not allowed is a mistake in the test.
    package init(stringLiteral text: String) {
        guard let name = HostName(text) else { preconditionFailure("`\(text)` is not a host name") }
        self = name
    }
}

extension ReleaseID: ExpressibleByStringLiteral {
    /// An id written in a test; one that is not allowed is a mistake in the test.
    package init(stringLiteral text: String) {
        guard let id = ReleaseID(text) else { preconditionFailure("`\(text)` is not a release id") }
        self = id
    }
}

extension Host {
    /// A host that needs no more than its name.
    package static func named(_ name: HostName, zone: String? = nil, isDeployedTo: Bool = true) -> Host {
        Host(
            name: name, address: "\(name).example.com", labels: zone.map { ["zone": $0] } ?? [:],
            isDeployedTo: isDeployedTo)
    }
}

extension Release {
    /// A release that needs no more than its id and its content.
    package static func named(_ id: ReleaseID, contentDigest: String = "digest-new") -> Release {
        Release(
            id: id, contentDigest: contentDigest, source: "/project/dist", fileCount: 3, totalBytes: 1000,
            gitCommit: nil)
    }
}
