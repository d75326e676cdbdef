/// The type of a YAML scalar without quotes, by the rules that Ansible reads with: YAML 1.1 as PyYAML resolves it.
///
/// Our own inventory is typed by its schema and never by these rules.
enum YAMLScalar {
    static func value(of text: String) -> AnsibleValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": return .bool(true)
        case "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": return .bool(false)
        default: break
        }
        guard let first = text.utf8.first, first < 0x3A, text.utf8.count <= 64 else { return .string(text) }
        return number(text).map { $0 } ?? .string(text)
    }

    // MARK: Private

    private static func number(_ text: String) -> AnsibleValue? {
        let isNegative = text.hasPrefix("-")
        let hasSign = isNegative || text.hasPrefix("+")
        let body = hasSign ? text.dropFirst() : text[...]
        if [".inf", ".Inf", ".INF"].contains(body) { return .number(isNegative ? -.infinity : .infinity) }
        if [".nan", ".NaN", ".NAN"].contains(text) { return .number(.nan) }
        guard let first = body.first, first.isASCII, first.isNumber || first == "." else { return nil }
        if let magnitude = integer(body) {
            return .integer(isNegative ? -magnitude : magnitude)
        }
        return float(body, hasSign: hasSign).map { .number(isNegative ? -$0 : $0) }
    }

    /// `0b101`, `017`, `0x1F`, `1_000`, and `190:20:30` in base 60.
    private static func integer(_ body: Substring) -> Int64? {
        if body.hasPrefix("0b") { return digits(body.dropFirst(2), radix: 2) }
        if body.hasPrefix("0x") { return digits(body.dropFirst(2), radix: 16) }
        if body == "0" { return 0 }
        if body.hasPrefix("0") { return digits(body.dropFirst(), radix: 8) }
        if body.contains(":") { return sexagesimal(body) }
        return body.first == "_" ? nil : digits(body, radix: 10)
    }

    private static func digits(_ text: Substring, radix: Int) -> Int64? {
        let digits = text.filter { $0 != "_" }
        // `Int64` would take a sign.
        guard digits.allSatisfy(\.isHexDigit) else { return nil }
        return Int64(digits, radix: radix)
    }

    private static func sexagesimal(_ body: Substring) -> Int64? {
        let parts = body.split(separator: ":", omittingEmptySubsequences: false)
        guard let first = parts.first, let head = digits(first, radix: 10), first.first != "_" else { return nil }
        var total = head
        for part in parts.dropFirst() {
            guard (1...2).contains(part.count), let digit = digits(part, radix: 10), digit < 60, !part.contains("_")
            else { return nil }
            let (product, overflow) = total.multipliedReportingOverflow(by: 60)
            let (sum, carry) = product.addingReportingOverflow(digit)
            guard !overflow, !carry else { return nil }
            total = sum
        }
        return total
    }

    /// With a point in it; an exponent needs its sign, and a number that begins with the point has none of its own.
    private static func float(_ body: Substring, hasSign: Bool) -> Double? {
        if body.contains(":") { return sexagesimalFloat(body) }
        let parts = body.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let whole = parts.first, let rest = parts.last else { return nil }
        if whole.isEmpty {
            guard !hasSign, rest.first?.isNumber == true else { return nil }
        } else if whole.first == "_" {
            return nil
        }
        let mantissa = rest.prefix { $0 != "e" && $0 != "E" }
        let exponent = rest[mantissa.endIndex...].dropFirst()
        guard (whole + mantissa).allSatisfy({ $0.isASCIIDigit || $0 == "_" }) else { return nil }
        if mantissa.endIndex < rest.endIndex {
            guard let sign = exponent.first, sign == "+" || sign == "-", exponent.count > 1,
                exponent.dropFirst().allSatisfy(\.isASCIIDigit)
            else { return nil }
        }
        let plain = body.filter { $0 != "_" }
        return Double(plain.hasPrefix(".") ? "0" + plain : plain.hasSuffix(".") ? plain + "0" : plain)
            ?? Double(plain.replacing(".e", with: ".0e").replacing(".E", with: ".0e"))
    }

    /// `190:20:30.15`
    private static func sexagesimalFloat(_ body: Substring) -> Double? {
        let parts = body.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let whole = parts.first.flatMap(sexagesimal), let rest = parts.last,
            rest.allSatisfy({ $0.isASCIIDigit || $0 == "_" })
        else { return nil }
        return Double("\(whole).\(rest.filter { $0 != "_" })0")
    }
}
