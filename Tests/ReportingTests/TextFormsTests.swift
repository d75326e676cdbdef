import DeployModel
import Foundation
import Testing

@testable import Reporting

struct TextFormsTests {
    @Test(arguments: [
        (Duration.zero, "0 ms"), (.milliseconds(-5), "0 ms"), (.milliseconds(350), "350 ms"),
        (.microseconds(999_400), "999 ms"), (.milliseconds(1_000), "1 s"), (.milliseconds(1_250), "1.3 s"),
        (.milliseconds(9_940), "9.9 s"), (.milliseconds(9_960), "10 s"), (.milliseconds(59_400), "59 s"),
        (.milliseconds(59_600), "1 min"), (.seconds(125), "2 min 5 s"), (.seconds(3_600), "1 h"),
        (.seconds(3_780), "1 h 3 min"), (.seconds(200_000), "55 h 33 min"),
    ])
    func `durations have a unit and as many digits as matter`(duration: Duration, text: String) {
        #expect(ReadableDuration.text(duration) == text)
    }

    @Test(arguments: [
        (Int64(0), "0 B"), (999, "999 B"), (1_000, "1 kB"), (1_234, "1.2 kB"), (9_999, "10 kB"), (999_499, "999 kB"),
        (999_500, "1 MB"), (3_400_000, "3.4 MB"), (.max, "9.2 EB"), (-5, "0 B"),
    ])
    func `sizes have a unit and as many digits as matter`(bytes: Int64, text: String) {
        #expect(ByteText.text(bytes) == text)
    }

    @Test(arguments: [
        (0.0, "1970-01-01T00:00:00.000Z"), (-0.001, "1969-12-31T23:59:59.999Z"),
        (1_709_164_799.345, "2024-02-28T23:59:59.345Z"), (1_709_251_199.999, "2024-02-29T23:59:59.999Z"),
        (951_782_400, "2000-02-29T00:00:00.000Z"), (4_102_444_800, "2100-01-01T00:00:00.000Z"),
    ])
    func `a time is written to the millisecond and read back as the same text`(seconds: Double, text: String) throws {
        #expect(EventTime.text(Date(timeIntervalSince1970: seconds)) == text)
        #expect(EventTime.text(try #require(EventTime.date(text))) == text)
    }

    @Test func `every millisecond of a second survives`() throws {
        for millisecond in 0..<1_000 {
            let text = EventTime.text(Date(timeIntervalSince1970: 1_772_366_400 + Double(millisecond) / 1_000))
            #expect(EventTime.text(try #require(EventTime.date(text))) == text)
        }
    }

    @Test(arguments: ["", "2024-02-28", "2024-02-28T23:59:59Z", "2024-02-28T23:59:59.345+", "20x4-02-28T23:59:59.345Z"])
    func `a time of another form is refused`(text: String) {
        #expect(EventTime.date(text) == nil)
    }

    @Test func `a day has the time of its zone`() {
        #expect(TimeOfDay.utc.text(Date(timeIntervalSince1970: 43_203.9)) == "12:00:03")
    }
}
