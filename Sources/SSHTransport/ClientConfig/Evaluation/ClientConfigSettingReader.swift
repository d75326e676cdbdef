/// Gives the values of an evaluation their types and defaults.
struct ClientConfigSettingReader {
    typealias Setting = ClientConfigSetting

    /// What OpenSSH 9.2 looks for where no `IdentityFile` is said.
    static let defaultIdentityFiles = ["rsa", "ecdsa", "ecdsa_sk", "ed25519", "ed25519_sk", "xmss", "dsa"]
        .map { "~/.ssh/id_\($0)" }

    private let evaluation: ClientConfigEvaluation

    init(_ evaluation: ClientConfigEvaluation) {
        self.evaluation = evaluation
    }

    func origin(_ keyword: ClientConfigKeyword) -> ClientConfigOrigin {
        evaluation.first[keyword]?.origin ?? .byDefault
    }

    func text(_ keyword: ClientConfigKeyword) -> Setting<String>? {
        evaluation.text(keyword).map { Setting($0, origin(keyword)) }
    }

    func flag(_ keyword: ClientConfigKeyword) -> Setting<Bool> {
        Setting(evaluation.flag(keyword), origin(keyword))
    }

    func integer(_ keyword: ClientConfigKeyword, default defaultValue: Int) -> Setting<Int> {
        Setting(evaluation.integer(keyword) ?? defaultValue, origin(keyword))
    }

    func duration(_ keyword: ClientConfigKeyword) -> Setting<Duration?> {
        Setting(evaluation.integer(keyword).map { .seconds($0) }, origin(keyword))
    }

    func choice<Choice: RawRepresentable<String>>(
        _ keyword: ClientConfigKeyword, default defaultValue: Choice
    ) -> Setting<Choice> {
        Setting(evaluation.choice(keyword).flatMap(Choice.init(rawValue:)) ?? defaultValue, origin(keyword))
    }

    func algorithms(_ keyword: ClientConfigKeyword) -> Setting<AlgorithmList>? {
        guard case .algorithms(let list) = evaluation.first[keyword]?.value else { return nil }
        return Setting(list, origin(keyword))
    }

    func files(_ keyword: ClientConfigKeyword, default defaultValue: [String]) -> Setting<[String]> {
        let files = evaluation.texts(keyword) ?? defaultValue
        return Setting(files.count == 1 && files[0].asciiLowercased == "none" ? [] : files, origin(keyword))
    }

    var identityFiles: [Setting<String>] {
        guard !evaluation.identityFiles.isEmpty else {
            return Self.defaultIdentityFiles.map { Setting($0, .byDefault) }
        }
        return evaluation.identityFiles.map { Setting($0.path, .line($0.location)) }
    }

    var certificateFiles: [Setting<String>] {
        evaluation.certificateFiles.map { Setting($0.path, .line($0.location)) }
    }

    var proxyJump: Setting<JumpRoute>? {
        evaluation.route.hops.isEmpty ? nil : Setting(evaluation.route, origin(.proxyJump))
    }

    var proxyCommand: Setting<String>? {
        guard proxyJump == nil, let command = text(.proxyCommand), command.value.asciiLowercased != "none" else {
            return nil
        }
        return command
    }
}
