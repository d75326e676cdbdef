import DeployModel

/// `hooks`: where the programs lie that have a say in a run.
struct HooksSection {
    func configuration(_ reader: MapReader) -> HookConfiguration? {
        reader.require("dir", hint: "a directory beside this file: `hooks: { dir: .deploy/hooks }`")
        let directory = reader.localPath("dir")
        let timeout = reader.duration("timeout")
        guard let directory else { return nil }
        var configuration = HookConfiguration(directory: directory)
        configuration.timeout = timeout ?? configuration.timeout
        return configuration
    }
}
