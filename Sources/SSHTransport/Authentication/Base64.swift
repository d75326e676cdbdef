#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// Base64 as it stands in one field of a line.
enum Base64 {
    /// - Returns: nil where the field is empty, or is not base64 with its padding.
    static func decode(_ field: some Collection<UInt8>) -> [UInt8]? {
        guard !field.isEmpty, let data = Data(base64Encoded: Data(field)) else { return nil }
        return Array(data)
    }

    static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
