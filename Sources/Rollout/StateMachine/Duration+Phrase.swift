import DeployModel

extension Duration {
    /// For messages: `250 ms`, `4.5 s`, `1 min 30 s`.
    var phrase: String { ReadableDuration.text(self) }
}
