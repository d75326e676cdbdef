import Foundation
import SSHTransport
import Testing

@testable import Execution

struct CertificateWarningTests {
    private func text(secondsLeft: Double?) -> String? {
        let now = Date(timeIntervalSince1970: 1_700_000_000)
        let login = LoginRecord(source: "id-cert.pub", validBefore: secondsLeft.map { now.addingTimeInterval($0) })
        return CertificateWarning.text(login, run: .seconds(3600), now: now)
    }

    @Test func `a certificate that ends before the run may is said`() {
        let said = text(secondsLeft: 900)
        #expect(said?.hasPrefix("the certificate `id-cert.pub` expires in 15 min") == true, "\(said ?? "nil")")
        #expect(text(secondsLeft: -5) != nil)
    }

    @Test func `one that outlasts it, and a login without one, are not`() {
        #expect(text(secondsLeft: 3600) == nil)
        #expect(text(secondsLeft: nil) == nil)
    }
}
