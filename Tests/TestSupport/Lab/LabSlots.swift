import Foundation

/// Lets a bounded number of labs run at once; the others wait for their turn, in order.
actor LabSlots {
    /// A scenario mostly waits, for drains and health checks: two for each core.
    static let scenarios = LabSlots(count: 2 * ProcessInfo.processInfo.activeProcessorCount)
    static let small = LabSlots(count: 4 * ProcessInfo.processInfo.activeProcessorCount)

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    private init(count: Int) {
        free = count
    }

    func acquire() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func release() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
