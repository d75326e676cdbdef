package import HTTPClient
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Hands out credentials, fetched anew in time.
package protocol CredentialProvider: Sendable {
    /// - Throws: ``AWSError`` `.credentials`, `.settings` or `.cancelled`.
    func credentials() async throws(AWSError) -> AWSCredentials

    /// AWS says that these have expired: the next ones have to be others.
    func reject(_ credentials: AWSCredentials) async
}

/// What all calls of one caller share: the connection pool, who is calling, and how far AWS's clock is from ours.
package final class AWSSession: Sendable {
    let http: HTTPClient
    let credentials: any CredentialProvider
    let clock: AWSClock
    private let offset = Mutex(Duration.zero)

    package init(http: HTTPClient, credentials: any CredentialProvider, clock: AWSClock = .system) {
        self.http = http
        self.credentials = credentials
        self.clock = clock
    }

    /// The moment by AWS's clock, as far as an answer has told.
    var awsNow: Date { clock.now().addingTimeInterval(offset.withLock { $0 } / .seconds(1)) }

    /// - Parameter correction: on top of what was known.
    func correctClock(by correction: Duration) { offset.withLock { $0 += correction } }
}
