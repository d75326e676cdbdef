import DeployModel

/// Which characters the names of the file may hold. Everything they allow can be shown, compared and handed to other programs
/// without quoting; none of them begins with `-`.
enum NameRules {
    static func isService(_ text: String) -> Bool {
        (1...63).contains(text.utf8.count) && !text.hasPrefix("-")
            && text.utf8.allSatisfy { isLower($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    static func isGroup(_ text: String) -> Bool {
        isName(text, also: "._-") && text != "all"
    }

    static func isUser(_ text: String) -> Bool {
        isName(text, also: "._@+-")
    }

    /// A DNS name, an IP address (a link-local one with its `%interface`) or an `ssh_config` alias.
    static func isAddress(_ text: String) -> Bool {
        isName(text, also: "._:%-")
    }

    static func isLabelKey(_ text: String) -> Bool {
        isName(text, also: "._/-")
    }

    static func isLabelValue(_ text: String) -> Bool {
        isName(text, also: "._/@+-")
    }

    /// systemd.unit(5): letters, digits and `:-_.\@`.
    static func isUnit(_ text: String) -> Bool {
        isName(text, also: ":-_.\\@")
    }

    static func isBackend(_ text: String) -> Bool {
        isName(text, also: ":-_.")
    }

    /// The name of an AWS target group, or its ARN.
    static func isTargetGroup(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.first == "arn" else { return isTargetGroupName(text) }
        guard parts.count == 6, parts[1].hasPrefix("aws"), parts[2] == "elasticloadbalancing", !parts[3].isEmpty,
            parts[4].utf8.count == 12, parts[4].utf8.allSatisfy(isDigit)
        else { return false }
        let resource = parts[5].split(separator: "/", omittingEmptySubsequences: false)
        return resource.count == 3 && resource[0] == "targetgroup" && isTargetGroupName(String(resource[1]))
            && isName(String(resource[2]), also: "")
    }

    private static func isTargetGroupName(_ text: String) -> Bool {
        isName(text, also: "-") && text.utf8.count <= 32 && !text.hasSuffix("-")
    }

    static func isVariable(_ text: String) -> Bool {
        guard let first = text.utf8.first, !isDigit(first) else { return false }
        return text.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    /// RFC 9110, section 5.6.2: a token.
    static func isHeaderName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "!#$%&'*+-.^_`|~".utf8.contains($0) }
    }

    // MARK: Private

    private static func isName(_ text: String, also others: String) -> Bool {
        (1...253).contains(text.utf8.count) && !text.hasPrefix("-")
            && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || others.utf8.contains($0) }
    }

    private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool {
        isLower(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
