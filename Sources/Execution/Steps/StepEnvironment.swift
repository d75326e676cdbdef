import DeployModel

/// The variables a step sees. They are set inside the script, never on a command line.
///
/// On a host that is what holds for all hosts, for this one and for the step. A `local` step sees of the secrets only those
/// that its own `env` names: programs here inherit none by accident.
struct StepEnvironment: Sendable {
    var host: Host?
    var service: String
    var run: String
    var gitCommit: String?
    /// The inventory's variables for all hosts.
    var common: EnvironmentVariables
    var secrets = SecretValues()

    /// - Parameters:
    ///   - releaseDirectory: where the release lies on the host; `nil` for a step before it has a place.
    ///   - previous: the release that was live before; `nil` if none.
    func variables(
        for step: Step, release: ReleaseID?, releaseDirectory: String?, previous: ReleaseID?
    ) -> [String: String] {
        var inherited = host?.environment.over(common) ?? common
        if case .local = step.action { inherited.secret = [:] }
        var variables = step.environment.over(inherited).exposed(secrets)
        variables["DEPLOY_SERVICE"] = service
        variables["DEPLOY_RUN"] = run
        variables["DEPLOY_RELEASE"] = release?.text ?? ""
        variables["DEPLOY_RELEASE_PATH"] = releaseDirectory ?? ""
        variables["DEPLOY_PREVIOUS_RELEASE"] = previous?.text ?? ""
        variables["DEPLOY_GIT_SHA"] = gitCommit ?? ""
        guard let host else { return variables }
        variables["DEPLOY_HOST"] = host.name.text
        variables["DEPLOY_ADDRESS"] = host.address
        variables["DEPLOY_TARGET"] = Placeholders.fill("{target}", host: host, release: release, service: service)
        return variables
    }
}
