#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Keeps credentials until five minutes before they end, and asks for new ones once, whoever waits for them.
actor CredentialCache: CredentialProvider {
    typealias Fetch = @Sendable () async throws(AWSError) -> AWSCredentials

    /// A drain may last longer than what short-lived credentials have left.
    static let margin: Double = 300

    private let fetch: Fetch
    private let now: @Sendable () -> Date
    private var current: AWSCredentials?
    private var pending: Task<Result<AWSCredentials, AWSError>, Never>?

    init(now: @escaping @Sendable () -> Date, fetch: @escaping Fetch) {
        self.now = now
        self.fetch = fetch
    }

    func credentials() async throws(AWSError) -> AWSCredentials {
        if let current, isFresh(current) { return current }
        do throws(AWSError) {
            return try await renewed()
        } catch {
            // What has not ended yet still works; the next call asks again.
            if let current, let end = current.expiration, end > now() { return current }
            throw error
        }
    }

    func reject(_ credentials: AWSCredentials) {
        if current == credentials { current = nil }
    }

    // MARK: Private

    private func isFresh(_ credentials: AWSCredentials) -> Bool {
        credentials.expiration.map { $0.timeIntervalSince(now()) > Self.margin } ?? true
    }

    private func renewed() async throws(AWSError) -> AWSCredentials {
        // Awaited by everyone who comes here while it runs. It belongs to all of them, so that the cancellation of one
        // does not take the others' credentials; each of its requests has a deadline.
        let task =
            pending
            ?? Task { [fetch] in
                do throws(AWSError) {
                    return .success(try await fetch())
                } catch {
                    return .failure(error)
                }
            }
        pending = task
        let result = await task.value
        if pending == task { pending = nil }
        let credentials = try result.get()
        current = credentials
        return credentials
    }
}
