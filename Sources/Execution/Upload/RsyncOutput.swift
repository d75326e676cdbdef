import DeployModel

/// Reads what an upload's rsync prints: progress records between carriage returns, then figures.
///
///     31680070  99%    7.35MB/s    0:00:04 (xfr#4001, to-chk=0/4323)
///     Number of regular files transferred: 4001
struct RsyncOutput: Sendable {
    private(set) var figures = RsyncFigures()
    private var record: [UInt8] = []
    private static let recordLimitBytes = 4096

    /// Takes bytes as they come, and hands on the progress they tell.
    mutating func append(_ bytes: some Sequence<UInt8>, _ progressed: (UploadProgress) -> Void) {
        for byte in bytes {
            if byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") {
                endRecord(progressed)
            } else if record.count < Self.recordLimitBytes {
                record.append(byte)
            }
        }
    }

    // MARK: Private

    private mutating func endRecord(_ progressed: (UploadProgress) -> Void) {
        let text = String(decoding: record, as: UTF8.self)
        record.removeAll(keepingCapacity: true)
        if let progress = UploadProgress(rsyncRecord: text) {
            progressed(progress)
        } else {
            figures.read(text)
        }
    }
}

/// The figures of `--stats` that an upload's result is made of.
struct RsyncFigures: Sendable, Hashable {
    var transferredFiles = 0
    var deletedFiles = 0
    /// File data that crossed the network.
    var literalBytes: Int64 = 0

    /// Takes one line of the figures; others are left alone.
    mutating func read(_ line: String) {
        guard let colon = line.firstIndex(of: ":") else { return }
        let digits = line[line.index(after: colon)...].drop { $0 == " " }.prefix { $0.isNumber }
        guard let number = Int64(digits) else { return }
        switch line[..<colon] {
        case "Number of regular files transferred": transferredFiles = Int(clamping: number)
        case "Number of deleted files": deletedFiles = Int(clamping: number)
        case "Literal data": literalBytes = number
        default: break
        }
    }
}

extension UploadProgress {
    /// Reads a record of `--info=progress2`; `nil` for any other line.
    init?(rsyncRecord text: String) {
        let fields = text.split(separator: " ")
        guard fields.count >= 4, let sent = Int64(fields[0]), fields[1].hasSuffix("%"),
            let percent = Int(fields[1].dropLast()), fields[2].hasSuffix("B/s")
        else { return nil }
        self.init(sentBytes: sent, percent: min(100, max(0, percent)), bytesPerSecond: Self.rate(fields[2]))
    }

    /// `7.35MB/s`; rsync divides by 1024.
    private static func rate(_ text: Substring) -> Int64? {
        let factors: [(String, Double)] = [("kB/s", 1024), ("MB/s", 1024 * 1024), ("GB/s", 1024 * 1024 * 1024)]
        for (unit, factor) in factors where text.hasSuffix(unit) {
            return Double(text.dropLast(unit.count)).flatMap { Int64(exactly: ($0 * factor).rounded()) }
        }
        return nil
    }
}
