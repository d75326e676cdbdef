#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Names one run, for people and for the records on the hosts: `20260301T120000Z-7f3a`.
enum RunID {
    static func make(at date: Date, salt: UInt16 = .random(in: .min ... .max)) -> String {
        let time = date.formatted(.iso8601).filter { !"-:".contains($0) }
        let digits = String(salt, radix: 16)
        return "\(time)-" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
