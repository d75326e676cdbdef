#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What one request asks for.
struct WebhookOrder: Sendable, Hashable, Encodable {
    /// `state`, `drain` or `enable`.
    var action: String
    var service: String
    var run: String
    /// Left out where the whole pool is asked for.
    var host: String?
    var address: String?
    var target: String?

    /// The same for each try of one order of one run, so that a service may recognise it.
    var key: String { [run, action, target ?? "*"].joined(separator: "/") }

    /// JSON with its keys in order: the bytes that are signed.
    var body: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // A value of texts alone can always be encoded.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
