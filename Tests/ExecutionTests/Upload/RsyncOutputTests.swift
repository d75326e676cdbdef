import DeployModel
import Testing

@testable import Execution

struct RsyncOutputTests {
    @Test(
        arguments: [
            (
                "     31680070  99%    7.35MB/s    0:00:04 (xfr#4001, to-chk=0/4323)",
                UploadProgress(sentBytes: 31_680_070, percent: 99, bytesPerSecond: 7_707_034)
            ),
            (
                "          3000   3%    0.00kB/s    0:00:00",
                UploadProgress(sentBytes: 3000, percent: 3, bytesPerSecond: 0)
            ),
            (
                "  1 100%  2.00GB/s 0:00:00 (xfr#1, to-chk=0/1)",
                UploadProgress(sentBytes: 1, percent: 100, bytesPerSecond: 2_147_483_648)
            ),
            ("Number of files: 32", nil), ("", nil), ("a b% cB/s d", nil),
        ] as [(String, UploadProgress?)])
    func `a record tells how far it is`(text: String, progress: UploadProgress?) {
        #expect(UploadProgress(rsyncRecord: text) == progress)
    }

    @Test func `records end at carriage returns, and figures follow`() {
        var output = RsyncOutput()
        var percents: [Int] = []
        let text = """
            \r 10 10% 1.00kB/s 0:00:00\r 50 50% 1.00kB/s 0:00:00  (xfr#1, to-chk=1/2)\r 100 100% 1.00kB/s 0:00:00

            Number of files: 5 (reg: 3, dir: 2)
            Number of created files: 2 (reg: 2)
            Number of deleted files: 7 (reg: 6, dir: 1)
            Number of regular files transferred: 2
            Total file size: 90000 bytes
            Total transferred file size: 6000 bytes
            Literal data: 5995 bytes
            Matched data: 5 bytes

            """
        for byte in text.utf8 { output.append([byte]) { percents.append($0.percent) } }
        #expect(percents == [10, 50, 100])
        #expect(output.figures == RsyncFigures(transferredFiles: 2, deletedFiles: 7, literalBytes: 5995))
    }

    @Test func `people read a few records a second`() {
        var throttle = ProgressThrottle()
        let start = ContinuousClock.now
        func admits(_ percent: Int, after milliseconds: Int) -> Bool {
            throttle.admits(
                UploadProgress(sentBytes: 0, percent: percent, bytesPerSecond: nil),
                at: start + .milliseconds(milliseconds))
        }
        #expect(admits(1, after: 0))
        #expect(!admits(2, after: 100))
        #expect(admits(3, after: 250))
        #expect(!admits(3, after: 900))
        #expect(admits(100, after: 901))
        #expect(!admits(100, after: 2000))
    }

    @Test(
        arguments: [
            ("<f.st...... lib/app.js", "lib/app.js"), ("<f+++++++++ a b", "a b"), ("cL+++++++++ link", "link"),
            ("*deleting   old.txt", "old.txt"), (".f...p..... start", "start"), (".f..t...... same", nil),
            (".d..t...... ./", nil), ("hf          same", "same"), ("", nil), ("sent 20 bytes", nil),
        ] as [(String, String?)])
    func `a difference is one that matters`(line: String, name: String?) {
        #expect(RsyncDifference.name(onLine: line) == name)
    }

    @Test(
        arguments: [
            ("rsync  version 3.2.7  protocol version 31", RsyncVersion(major: 3, minor: 2, patch: 7)),
            ("rsync  version v3.4.1pre2  protocol version 32", RsyncVersion(major: 3, minor: 4, patch: 1)),
            ("rsync  version 3.5  protocol", RsyncVersion(major: 3, minor: 5, patch: 0)),
            ("openrsync: protocol version 29", nil), ("", nil),
        ] as [(String, RsyncVersion?)])
    func `the version is on the first line`(line: String, version: RsyncVersion?) {
        #expect(RsyncVersion(line: line) == version)
    }

    @Test(
        arguments: [
            (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (3_450_000, "3.5 MB"), (9_960_000_000, "10 GB"),
            (999_600, "1.0 MB"),
        ] as [(Int64, String)])
    func `sizes are for people`(bytes: Int64, text: String) {
        #expect(ByteCount.text(bytes) == text)
    }
}
