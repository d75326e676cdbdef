import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Hears SIGINT, SIGTERM and SIGHUP while it lives.
///
/// A handler that writes to a pipe, rather than ignored or blocked signals: those two pass to the programs we start, and a
/// build step that cannot be interrupted would be the result. A handler is reset by `exec`.
final class SignalListener {
    private let source: any DispatchSourceRead

    /// - Parameter hear: is called for each signal, on a queue of its own.
    init(_ hear: @escaping @Sendable (StopSignal) -> Void) {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "the process has no descriptors left at its start")
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        let (readEnd, writeEnd) = (ends[0], ends[1])
        signalPipe.store(writeEnd, ordering: .releasing)
        source = DispatchSource.makeReadSource(
            fileDescriptor: readEnd, queue: DispatchQueue(label: "deploy.signals"))
        source.setEventHandler {
            var number: UInt8 = 0
            while read(readEnd, &number, 1) == 1 {
                if let signal = StopSignal.allCases.first(where: { $0.number == Int32(number) }) { hear(signal) }
            }
        }
        source.activate()
        for stop in StopSignal.allCases { signal(stop.number, noteSignal) }
    }

    /// Gives the signals their default meaning back: the process ends at once.
    func stop() {
        for stop in StopSignal.allCases { signal(stop.number, SIG_DFL) }
        source.cancel()
    }
}

/// The write end for the handler, which can capture nothing.
private let signalPipe = Atomic<Int32>(-1)

/// Runs in a signal handler: nothing but what signal-safety(7) allows.
private func noteSignal(_ number: Int32) {
    var byte = UInt8(truncatingIfNeeded: number)
    let saved = errno
    _ = write(signalPipe.load(ordering: .acquiring), &byte, 1)
    errno = saved
}
