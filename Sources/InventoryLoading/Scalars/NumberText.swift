import DeployModel

/// Whole numbers and percentages, bounded and read as decimal: `010` is refused and not taken for eight.
enum NumberText {
    static func integer(_ text: String, in range: ClosedRange<Int>) throws(ScalarProblem) -> Int {
        guard let number = decimal(text), range.contains(number) else {
            let digits = text.drop { $0 == "0" }
            throw ScalarProblem(
                "must be a whole number from \(range.lowerBound) to \(range.upperBound), not `\(text.shortened)`",
                hint: text.hasPrefix("0") && decimal(String(digits)).map(range.contains) == true
                    ? "write `\(digits)`: a number does not begin with a zero" : nil)
        }
        return number
    }

    /// `3` or `25%`.
    static func batchSize(_ text: String) throws(ScalarProblem) -> BatchSize {
        if text.hasSuffix("%"), let percent = decimal(String(text.dropLast())), (1...100).contains(percent) {
            return .percent(percent)
        }
        guard let count = decimal(text), (1...HostRange.limit).contains(count) else {
            throw ScalarProblem("must be a number from 1 or a percentage from `1%` to `100%`, not `\(text.shortened)`")
        }
        return .count(count)
    }

    /// `auto`, `3` or `75%`.
    static func minInService(_ text: String) throws(ScalarProblem) -> MinInService {
        if text == "auto" { return .automatic }
        if text.hasSuffix("%"), let percent = decimal(String(text.dropLast())), (0...100).contains(percent) {
            return .percent(percent)
        }
        guard let count = decimal(text), (0...HostRange.limit).contains(count) else {
            throw ScalarProblem(
                "must be `auto`, a number or a percentage up to `100%`, not `\(text.shortened)`")
        }
        return .count(count)
    }

    /// `200` or `200-399`.
    static func statuses(_ text: String) throws(ScalarProblem) -> ClosedRange<Int> {
        let bounds = text.split(separator: "-", omittingEmptySubsequences: false).map { decimal(String($0)) }
        if bounds.count <= 2, let low = bounds.first ?? nil, let high = bounds.last ?? nil,
            (100...599).contains(low), (low...599).contains(high)
        {
            return low...high
        }
        throw ScalarProblem(
            "must be a status such as `200`, a range such as `200-399` or a list of them, not `\(text.shortened)`",
            hint: text.lowercased() == "2xx" ? "write \"200-299\"" : nil)
    }

    /// Digits without a sign, without a leading zero, at most nine of them.
    private static func decimal(_ text: String) -> Int? {
        guard (1...9).contains(text.utf8.count), text.allSatisfy(\.isASCIIDigit), text == "0" || !text.hasPrefix("0")
        else {
            return nil
        }
        return Int(text)
    }
}
