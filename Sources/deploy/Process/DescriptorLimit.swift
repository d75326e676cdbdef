import Execution
import SSHTransport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How many files this process may have open: connections, pipes of programs and sockets of forwards count.
struct DescriptorLimit: Equatable {
    /// With fewer not all hosts can be reached.
    private(set) var needed = 64
    /// So many are open when all hosts are at work at once: an upper bound.
    private(set) var wanted = 64

    /// What it takes to reach all hosts that can be.
    init(_ table: ConnectionTable) {
        for case .success(let connection) in table.results.values {
            needed += 1
            // The streams of an rsync, and a forward with a client at either end.
            wanted += 10
            countWay(connection.settings.route)
        }
    }

    private mutating func countWay(_ route: SSHRoute) {
        switch route {
        case .direct: return
        // A local stream has an end on our side; the program's errors are read by a pipe.
        case .command: add(1)
        case .jump(let hop):
            add(1)
            countWay(hop.route)
        }
    }

    private mutating func add(_ count: Int) {
        needed += count
        wanted += count
    }

    /// Raises this process's soft limit (getrlimit(2)) where it is too low, as far as the hard one goes.
    ///
    /// - Throws: ``CommandFailure`` where that is not far enough.
    func ensure() throws(CommandFailure) {
        var limit = rlimit()
        guard getrlimit(Self.files, &limit) == 0, limit.rlim_cur < rlim_t(wanted) else { return }
        let hard = limit.rlim_max
        limit.rlim_cur = min(hard, rlim_t(wanted))
        guard hard >= rlim_t(needed), setrlimit(Self.files, &limit) == 0 else {
            throw CommandFailure(
                .notStarted, "this process may open \(hard) files, and to reach all hosts takes \(needed)",
                hint: "`ulimit -n \(wanted)` before it, or `LimitNOFILE=\(wanted)` in its systemd unit")
        }
    }

    #if canImport(Glibc)
    private static let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
    private static let files = RLIMIT_NOFILE
    #endif
}
