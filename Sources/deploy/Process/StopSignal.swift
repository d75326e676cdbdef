#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A signal by which a person or a CI asks for the end of a run.
enum StopSignal: CaseIterable {
    case interrupt, terminate, hangUp

    var number: Int32 {
        switch self {
        case .interrupt: SIGINT
        case .terminate: SIGTERM
        case .hangUp: SIGHUP
        }
    }

    var exitCode: ExitCode {
        switch self {
        case .interrupt: .interrupted
        // The terminal or the connection it ran in is gone: the same request, made by the system.
        case .terminate, .hangUp: .terminated
        }
    }
}
