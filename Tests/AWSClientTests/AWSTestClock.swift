import Foundation
import Synchronization

@testable import AWSClient

/// Time that stands still, and waits that are only noted.
final class AWSTestClock: Sendable {
    private let waits = Mutex<[Duration]>([])
    private let moment = Mutex(Date(timeIntervalSince1970: 1_795_350_170))

    var waited: [Duration] { waits.withLock { $0 } }

    var now: Date { moment.withLock { $0 } }

    func advance(by seconds: Double) { moment.withLock { $0 += seconds } }

    var clock: AWSClock {
        AWSClock(
            now: { self.now }, sleep: { duration in self.waits.withLock { $0.append(duration) } }, jitter: { 1 })
    }
}
