import DeployModel

/// What a failed rsync means.
enum UploadFailure {
    static func error(_ outcome: RsyncRunner.Outcome, on host: HostName, _ layout: ReleaseLayout) -> DeployError {
        let evidence = EvidenceTail.lines(of: outcome.errors)
        if let reason = ["No space left on device", "Disk quota exceeded"].first(where: outcome.errors.contains) {
            return DeployError(
                .diskFull, host: host, "`\(layout.releases)` is full: \(reason)", evidence: evidence,
                hint: "make room on the host; the live release is untouched")
        }
        if let status = outcome.remoteStatus, status == 126 || status == 127 {
            return DeployError(
                .rsyncMissing, host: host, RsyncExit.sentence(for: status), evidence: evidence,
                hint: "install rsync on the host")
        }
        return DeployError(
            .uploadFailed, host: host, RsyncExit.sentence(for: outcome.ending), evidence: evidence,
            hint: outcome.ending == .exited(2) ? "what `.bashrc` and its like print must go to terminals only" : nil)
    }
}
