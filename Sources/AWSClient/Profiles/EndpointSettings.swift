/// Where each service is, by what the environment and the profile say.
///
/// [AWS's order](https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html): the service's variable, the
/// general one, the profile's `services`, the profile's own.
package struct EndpointSettings: Sendable {
    private let surroundings: AWSSurroundings
    private let profiles: SharedProfiles

    init(_ surroundings: AWSSurroundings, _ profiles: SharedProfiles) {
        self.surroundings = surroundings
        self.profiles = profiles
    }

    /// - Parameter stated: by the caller, which comes before all else.
    /// - Throws: `.settings`.
    package func endpoint(
        of service: AWSService, region: String, stated: String? = nil
    ) throws(AWSError) -> AWSEndpoint {
        if let stated { return try AWSEndpoint(stated, from: "the endpoint") }
        if let (text, origin) = configured(service) { return try AWSEndpoint(text, from: origin) }
        return try AWSEndpoint(service, region: region)
    }

    /// The endpoint of a service that is no ``AWSService``, such as the SSO portal.
    func override(named name: String) -> (text: String, origin: String)? {
        guard !isIgnored else { return nil }
        for variable in ["AWS_ENDPOINT_URL_\(name)", "AWS_ENDPOINT_URL"] {
            if let text = surroundings.variable(variable) { return (text, "`\(variable)`") }
        }
        return nil
    }

    // MARK: Private

    private var isIgnored: Bool { surroundings.isTrue("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") }

    private func configured(_ service: AWSService) -> (text: String, origin: String)? {
        guard !isIgnored else { return nil }
        if let found = override(named: service.endpointName) { return found }
        let name = surroundings.profileName.name
        guard let profile = profiles.profile(name), profile["ignore_configured_endpoint_urls"] != "true" else {
            return nil
        }
        if let services = profile["services"], let text = profiles.endpoint(of: service, inServices: services) {
            return (text, "`services \(services)`")
        }
        return profile["endpoint_url"].map { ($0, "`endpoint_url` of the profile `\(name)`") }
    }
}
