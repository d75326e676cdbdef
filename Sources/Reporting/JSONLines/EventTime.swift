#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Times in the stream: RFC 3339 in UTC with milliseconds, `2026-03-01T12:00:03.250Z`.
///
/// Written by hand so that a time that was read is written again as the same text: the platform's formatter truncates, and
/// 12.345 s read as a binary fraction would come out as 12.344.
enum EventTime {
    static func text(_ date: Date) -> String {
        let total = (date.timeIntervalSince1970 * 1_000).rounded()
        guard let milliseconds = Int64(exactly: total), abs(milliseconds) < 100_000_000_000_000 else {
            return "1970-01-01T00:00:00.000Z"
        }
        let (days, inDay) = floorDivided(milliseconds, 86_400_000)
        let (year, month, day) = civil(days)
        let (hours, inHour) = inDay.quotientAndRemainder(dividingBy: 3_600_000)
        let (minutes, inMinute) = inHour.quotientAndRemainder(dividingBy: 60_000)
        let (seconds, fraction) = inMinute.quotientAndRemainder(dividingBy: 1_000)
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
            + "\(padded(hours, 2)):\(padded(minutes, 2)):\(padded(seconds, 2)).\(padded(fraction, 3))Z"
    }

    /// `nil` for a text that is not of this form.
    static func date(_ text: String) -> Date? {
        let pattern = Array("dddd-dd-ddTdd:dd:dd.dddZ".utf8)
        let bytes = Array(text.utf8)
        guard bytes.count == pattern.count,
            zip(bytes, pattern).allSatisfy({ byte, expected in
                expected == UInt8(ascii: "d")
                    ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == expected
            })
        else { return nil }
        let number = { (range: Range<Int>) in
            bytes[range].reduce(Int64(0)) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        }
        let days = daysSince1970(number(0..<4), number(5..<7), number(8..<10))
        let seconds = ((days * 24 + number(11..<13)) * 60 + number(14..<16)) * 60 + number(17..<19)
        return Date(timeIntervalSince1970: Double(seconds * 1_000 + number(20..<23)) / 1_000)
    }

    // MARK: Private

    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March, eras of 400 years.

    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floorDivided(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let (era, yearOfEra) = floorDivided(month <= 2 ? year - 1 : year, 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func floorDivided(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
