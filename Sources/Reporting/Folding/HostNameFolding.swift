package import DeployModel

/// Writes many host names short: `web-[1-12]`, `web-[01-03,07],lb-1`.
package enum HostNameFolding {
    /// The names in the order of their first appearance, without doubles.
    package static func folded(_ hosts: [HostName]) -> String {
        var seen: Set<HostName> = []
        let names = hosts.filter { seen.insert($0).inserted }.map { NumberedName.candidates($0.text) }

        // A name such as `ip-10-0-0-7` has several numbers; the one that most names differ in is folded.
        var sizes: [NumberedName.Frame: Int] = [:]
        for candidate in names.joined() { sizes[candidate.frame, default: 0] += 1 }
        let chosen = names.map { candidates in
            candidates.reversed().max { sizes[$0.frame, default: 0] < sizes[$1.frame, default: 0] }
        }

        var order: [NumberedName.Frame] = []
        var numbers: [NumberedName.Frame: [String]] = [:]
        for case let name? in chosen {
            if numbers[name.frame] == nil { order.append(name.frame) }
            numbers[name.frame, default: []].append(name.digits)
        }
        return order.map { $0.prefix + bracketed(numbers[$0] ?? []) + $0.suffix }.joined(separator: ",")
    }

    // MARK: Private

    private static func bracketed(_ digits: [String]) -> String {
        guard digits.count > 1 else { return digits.first ?? "" }
        let sorted = digits.sorted { ($0.count, $0) < ($1.count, $1) }
        var runs: [(first: String, last: String)] = []
        for number in sorted {
            if let run = runs.last, isSuccessor(number, of: run.last) {
                runs[runs.count - 1].last = number
            } else {
                runs.append((number, number))
            }
        }
        return "[" + runs.map { $0.first == $0.last ? $0.first : "\($0.first)-\($0.last)" }.joined(separator: ",") + "]"
    }

    /// `10` follows `09` and `9`; `010` follows neither.
    private static func isSuccessor(_ number: String, of last: String) -> Bool {
        guard let value = UInt64(number), let lastValue = UInt64(last), value == lastValue &+ 1 else { return false }
        return number.count == last.count || !number.hasPrefix("0")
    }
}

/// A name seen as a number with something before and after it; a name without a number is all prefix.
private struct NumberedName {
    struct Frame: Hashable {
        var prefix: String
        var suffix: String
        /// A name without a number folds with nothing.
        var isNumbered = true
    }

    var frame: Frame
    var digits: String

    static func candidates(_ name: String) -> [NumberedName] {
        var found: [NumberedName] = []
        var rest = name[...]
        while let start = rest.firstIndex(where: \.isASCIIDigit) {
            let digits = rest[start...].prefix(while: \.isASCIIDigit)
            rest = name[digits.endIndex...]
            guard digits.count <= 18 else { continue }
            let frame = Frame(prefix: String(name[..<digits.startIndex]), suffix: String(rest))
            found.append(NumberedName(frame: frame, digits: String(digits)))
        }
        let whole = Frame(prefix: name, suffix: "", isNumbered: false)
        return found.isEmpty ? [NumberedName(frame: whole, digits: "")] : found
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
