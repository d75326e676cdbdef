/// Durations for people: `350 ms`, `1.2 s`, `45 s`, `2 min 5 s`, `1 h 3 min`.
package enum ReadableDuration {
    package static func text(_ duration: Duration) -> String {
        let milliseconds = max(0, Int((duration / .milliseconds(1)).rounded()))
        if milliseconds < 1_000 { return "\(milliseconds) ms" }
        let tenths = (milliseconds + 50) / 100
        if tenths < 100, tenths % 10 != 0 { return "\(tenths / 10).\(tenths % 10) s" }
        let seconds = (milliseconds + 500) / 1_000
        if seconds < 60 { return "\(seconds) s" }
        let (minutes, restSeconds) = seconds.quotientAndRemainder(dividingBy: 60)
        if minutes < 60 { return joined("\(minutes) min", restSeconds, "s") }
        let (hours, restMinutes) = minutes.quotientAndRemainder(dividingBy: 60)
        return joined("\(hours) h", restMinutes, "min")
    }

    private static func joined(_ first: String, _ rest: Int, _ unit: String) -> String {
        rest == 0 ? first : "\(first) \(rest) \(unit)"
    }
}
