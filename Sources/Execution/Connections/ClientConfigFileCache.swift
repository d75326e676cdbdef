import DeployModel
import SSHTransport

/// Each `ssh_config` is read once.
actor ClientConfigFileCache {
    private let environment: ClientConfigEnvironment
    private var configs: [SSHSettings.ConfigFile?: Result<ClientConfig, ClientConfigError>] = [:]

    init(environment: ClientConfigEnvironment) {
        self.environment = environment
    }

    func config(
        _ file: SSHSettings.ConfigFile?, home: String?
    ) throws(ClientConfigError) -> ClientConfig {
        if let known = configs[file] { return try known.get() }
        let result: Result<ClientConfig, ClientConfigError>
        do throws(ClientConfigError) {
            switch file {
            case nil: result = .success(try ClientConfig.load(for: environment))
            case .ignored: result = .success(.none)
            case .file(let path):
                result = .success(
                    try ClientConfig.load(path: ConnectionSurroundings.expanded(path, home: home), for: environment))
            }
        } catch {
            result = .failure(error)
        }
        configs[file] = result
        return try result.get()
    }
}
