package import DeployModel
package import HTTPClient
import Synchronization

/// Tells people of a run: a sink that sends what they asked for, beside the run and never in its way.
///
/// Each address has its own queue, so that one which does not answer holds up no other. What cannot be delivered is said
/// and has no other consequence.
package final class Notifier: EventSink {
    /// Of one request.
    package static let timeout: Duration = .seconds(10)

    private struct Address: Sendable {
        let configuration: NotificationConfiguration
        let queue: AsyncStream<RunNews.Message>.Continuation
        /// Sends what is in the queue; ended and awaited by `finish`.
        let sending: Task<Void, Never>
    }

    private let news: Mutex<RunNews>
    private let addresses: [Address]

    /// - Parameters:
    ///   - who: the person and the machine the run was started by, and the page of the CI job.
    ///   - report: is told what could not be delivered, without the address.
    package init(
        _ configurations: [NotificationConfiguration], who: String, link: String?, client: HTTPClient,
        report: @escaping @Sendable (String) -> Void
    ) {
        news = Mutex(RunNews(sender: RunNews.Sender(who: who, link: link)))
        addresses = configurations.map { configuration in
            let (messages, queue) = AsyncStream.makeStream(of: RunNews.Message.self)
            let sending = Task {
                for await message in messages {
                    guard let problem = await Self.send(message, to: configuration, client) else { continue }
                    report("the notification `\(message.moment.rawValue)` to \(configuration.name) \(problem)")
                }
            }
            return Address(configuration: configuration, queue: queue, sending: sending)
        }
    }

    package func receive(_ event: DeployEvent) {
        // Under the lock, so that messages keep the order of the events; a queue takes them without waiting.
        news.withLock { news in
            guard let message = news.take(event) else { return }
            for address in addresses where address.configuration.moments.contains(message.moment) {
                address.queue.yield(message)
            }
        }
    }

    /// Waits until everything is delivered, or the limit is over, and ends the rest.
    package func finish(within limit: Duration) async {
        for address in addresses { address.queue.finish() }
        let deadline = Task {  // cancelled right below
            try await Task.sleep(for: limit)
            for address in addresses { address.sending.cancel() }
        }
        for address in addresses { await address.sending.value }
        deadline.cancel()
    }

    // MARK: Private

    /// - Returns: what went wrong.
    private static func send(
        _ message: RunNews.Message, to configuration: NotificationConfiguration, _ client: HTTPClient
    ) async -> String? {
        var request = HTTPRequest(
            .post, url: configuration.url.exposed,
            headers: ["Content-Type": "application/json", "User-Agent": "deploy"],
            body: NotificationBody.json(message, configuration.form))
        request.timeout = timeout
        request.maximumBodyBytes = 4096
        do throws(HTTPClientError) {
            let response = try await client.send(request)
            return (200..<300).contains(response.status) ? nil : "was answered with status \(response.status)"
        } catch {
            return error.code == .cancelled
                ? "was not delivered in time" : "was not delivered: \(error.detail)"
        }
    }
}

extension NotificationConfiguration {
    /// The address in words: the URL may be a token.
    fileprivate var name: String {
        form.rawValue + (location.map { " (\($0))" } ?? "")
    }
}
