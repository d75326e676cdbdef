/// What rsync's exit statuses mean (rsync(1), "EXIT VALUES"), in words that say where the fault is.
enum RsyncExit {
    static func sentence(for status: Int) -> String {
        sentences[status] ?? "rsync ended with status \(status)"
    }

    static func sentence(for ending: ChildProcess.Ending) -> String {
        switch ending {
        case .exited(let status): sentence(for: status)
        case .signalled(let number): "the local rsync was ended by signal \(SignalName.name(of: number))"
        case .timedOut, .idleTimedOut: "rsync took too long"
        }
    }

    private static let sentences: [Int: String] = [
        1: "rsync did not understand its options; one of the two sides is too old",
        2: "the two rsyncs do not understand each other; the login shell of the account may print text",
        3: "rsync could not open the source or the destination",
        4: "one of the two rsyncs lacks something that was asked of it; it is too old",
        5: "rsync could not start its protocol",
        10: "the connection to rsync on the host broke",
        11: "rsync could not read or write a file",
        12: "rsync on the host ended unexpectedly",
        13: "rsync could not report what it did",
        14: "rsync's processes could not talk to each other",
        15: "a process of rsync crashed",
        16: "a process of rsync was killed",
        19: "rsync was told to end by SIGUSR1",
        20: "rsync was interrupted",
        21: "rsync lost one of its processes",
        22: "rsync ran out of memory",
        23: "rsync could not transfer some files",
        24: "files disappeared from the source during the upload",
        25: "rsync stopped deleting files",
        30: "rsync waited too long for data",
        35: "rsync waited too long for a connection",
        126: "rsync on the host cannot be executed",
        127: "rsync was not found on the host",
        255: "the connection to the host broke",
    ]
}
