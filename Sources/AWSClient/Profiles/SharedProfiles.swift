/// The profiles of both shared files, as one profile each.
package struct SharedProfiles: Sendable, Hashable {
    private let config: ProfileFile
    private let credentials: ProfileFile

    package init(config: ProfileFile = ProfileFile(), credentials: ProfileFile = ProfileFile()) {
        self.config = config
        self.credentials = credentials
    }

    /// A profile's settings; the credentials file's win where both have one.
    package func profile(_ name: String) -> [String: String]? {
        var settings: [String: String]?
        if name == "default", let section = config.sections["default"] { settings = section.values }
        if let section = config.sections["profile \(name)"] {
            settings = (settings ?? [:]).merging(section.values) { $1 }
        }
        if let section = credentials.sections[name] {
            settings = (settings ?? [:]).merging(section.values) { $1 }
        }
        return settings
    }

    package func ssoSession(_ name: String) -> [String: String]? { config.sections["sso-session \(name)"]?.values }

    /// The endpoint that a `services` section of the configuration file gives for a service.
    func endpoint(of service: AWSService, inServices name: String) -> String? {
        config.sections["services \(name)"]?.nested[service.endpointName.lowercased()]?["endpoint_url"]
    }

    /// Of all profiles, for a message about one that does not exist.
    package var names: [String] {
        let configured = config.sections.keys.compactMap { header in
            header.hasPrefix("profile ") ? String(header.dropFirst(8)) : header == "default" ? header : nil
        }
        return Set(configured).union(credentials.sections.keys).sorted()
    }
}
