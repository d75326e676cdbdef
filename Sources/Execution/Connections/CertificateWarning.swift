import DeployModel
import SSHTransport

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Says that a certificate would not let a broken connection be made anew until the run's end.
enum CertificateWarning {
    /// - Parameter run: the longest the run may take from now on.
    /// - Returns: nil where the login needs no certificate, or one that outlasts the run.
    static func text(_ login: LoginRecord, run: Duration, now: Date = Date()) -> String? {
        guard let end = login.validBefore else { return nil }
        let left = Duration.seconds(Int64(max(0, end.timeIntervalSince(now))))
        guard left < run else { return nil }
        return "the certificate `\(ForeignText.line(login.source))` expires in \(ReadableDuration.text(left)), "
            + "and the run may take \(ReadableDuration.text(run)): a connection that breaks after that cannot be made anew"
    }
}
