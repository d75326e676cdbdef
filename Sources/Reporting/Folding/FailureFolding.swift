package import DeployModel

/// One host's failure and where on its way it happened.
package struct HostFailure: Sendable, Hashable {
    package var host: HostName
    package var stage: HostStage?
    package var error: DeployError

    package init(host: HostName, stage: HostStage?, error: DeployError) {
        self.host = host
        self.stage = stage
        self.error = error
    }
}

/// Says equal failures once: `web-[1-12]: connection refused`.
package enum FailureFolding {
    /// Two failures are equal when stage, code and message are, the host's own name in the message apart. The evidence of
    /// the first stands for all.
    package static func folded(_ failures: [HostFailure]) -> [FoldedGroup<HostFailure>] {
        FoldedGroup.folding(failures.map { (host: $0.host, value: $0) }) { host, failure in
            Key(
                stage: failure.stage, code: failure.error.code,
                message: failure.error.message.split(separator: host.text, omittingEmptySubsequences: false)
                    .joined(separator: "{host}"))
        }
    }

    private struct Key: Hashable {
        var stage: HostStage?
        var code: DeployError.Code
        var message: String
    }
}
