package import HTTPClient

/// Who calls AWS, and where its services are: found once a run, in the environment, the shared files and what they name.
package struct AWSCaller: Sendable {
    package let session: AWSSession
    /// What a person may not expect of the choice of credentials.
    package let warnings: [String]
    private let endpoints: EndpointSettings
    private let surroundings: AWSSurroundings
    private let statedRegion: String?

    /// Reads variables and files, and asks nobody.
    ///
    /// - Parameter region: what STS is asked in where neither the environment nor the profile names a region.
    /// - Throws: `.settings`, `.credentials`.
    package init(
        _ surroundings: AWSSurroundings, http: HTTPClient, region: String? = nil, clock: AWSClock = .system
    ) throws(AWSError) {
        let profiles = try surroundings.profiles()
        let finding = try CredentialSearch(surroundings, profiles).source()
        let profile = profiles.profile(surroundings.profileName.name)
        let statedRegion =
            surroundings.variable("AWS_REGION") ?? surroundings.variable("AWS_DEFAULT_REGION")
            ?? profile?["region"]
        let endpoints = EndpointSettings(surroundings, profiles)
        let fetcher = CredentialFetcher(
            surroundings: surroundings, http: http, endpoints: endpoints, region: statedRegion ?? region ?? "us-east-1",
            clock: clock)
        let cache = CredentialCache(now: clock.now) { () throws(AWSError) in try await fetcher.fetch(finding.source) }
        self.session = AWSSession(http: http, credentials: cache, clock: clock)
        self.warnings = finding.warnings
        self.endpoints = endpoints
        self.surroundings = surroundings
        self.statedRegion = statedRegion
    }

    /// The region that the environment or the profile names, else the one this instance is in.
    package func region() async -> String? {
        if let statedRegion { return statedRegion }
        return await InstanceMetadata(surroundings: surroundings, http: session.http).region()
    }

    /// - Parameter endpoint: comes before what the environment and the profile say.
    /// - Throws: `.settings`.
    package func client(
        _ service: AWSService, region: String, endpoint: String? = nil
    ) throws(AWSError) -> QueryClient {
        let endpoint = try endpoints.endpoint(of: service, region: region, stated: endpoint)
        return QueryClient(service, region: region, endpoint: endpoint, session: session)
    }
}
