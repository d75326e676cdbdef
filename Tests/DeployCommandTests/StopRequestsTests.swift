import Foundation
import Synchronization
import TestSupport
import Testing

@testable import deploy

struct StopRequestsTests {
    @Test func `a signal cancels the work in hand`() async throws {
        let stops = StopRequests()
        await #expect(throws: CancellationError.self) {
            try await stops.cancelling {
                stops.receive(.interrupt)
                try await Task.sleep(for: .seconds(60))
            }
        }
        #expect(stops.first == .interrupt)
    }

    @Test func `a signal that came before is not forgotten`() async {
        let stops = StopRequests()
        stops.receive(.terminate)
        let heard = Heard()
        stops.forward { heard.append($0, $1) }
        #expect(heard.all == ["terminate 1"])
    }

    @Test func `whoever listens last hears what comes, with its number`() async {
        let stops = StopRequests()
        let (first, second) = (Heard(), Heard())
        stops.forward { first.append($0, $1) }
        stops.receive(.interrupt)
        stops.forward { second.append($0, $1) }
        stops.receive(.hangUp)
        #expect(first.all == ["interrupt 1"])
        #expect(second.all == ["interrupt 1", "hangUp 2"])
    }

    private final class Heard: Sendable {
        private let signals = Mutex<[String]>([])
        var all: [String] { signals.withLock { $0 } }
        func append(_ signal: StopSignal, _ count: Int) { signals.withLock { $0.append("\(signal) \(count)") } }
    }
}
