/// `arn:aws:elasticloadbalancing:eu-west-2:123456789012:targetgroup/web/6d0ecf831eec9f09`: the region stands in it and
/// cannot be wrong.
package struct TargetGroupARN: Sendable, Hashable, CustomStringConvertible {
    package let text: String
    package let region: String
    package let name: String

    /// Returns `nil` for what is no ARN of a target group.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[1].hasPrefix("aws"), parts[2] == "elasticloadbalancing",
            AWSEndpoint.isRegion(String(parts[3])), parts[4].count == 12, parts[4].allSatisfy(\.isNumber)
        else { return nil }
        let resource = parts[5].split(separator: "/", omittingEmptySubsequences: false)
        guard resource.count == 3, resource[0] == "targetgroup", Self.isName(String(resource[1])),
            !resource[2].isEmpty, resource[2].utf8.allSatisfy(Self.isLetterOrDigit)
        else { return nil }
        self.text = text
        region = String(parts[3])
        name = String(resource[1])
    }

    /// What AWS allows as the name of a target group: 1 to 32 letters, digits and inner hyphens.
    package static func isName(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasSuffix("-")
            && text.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
    }

    package var description: String { text }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
