import DeployModel

/// One HAProxy and the way to it. Stateless: each call is an exchange or two.
struct HAProxyProcess: Sendable {
    /// Of one exchange. HAProxy answers within milliseconds, or it is stopped or gone.
    static let exchangeTimeout: Duration = .seconds(5)
    /// HAProxy takes command lines up to a buffer's size (16 KiB), and a shell keeps 64 KiB of an answer.
    private static let backendsAtOnce = 10

    /// The name of the host it runs on; empty for the only one, on this machine.
    let id: String
    private let socket: any RuntimeSocket

    init(id: String, socket: any RuntimeSocket) {
        self.id = id
        self.socket = socket
    }

    var place: String { socket.place }

    /// For messages: `HAProxy at lb-1`, `HAProxy at /run/haproxy/admin.sock`.
    var title: String { "HAProxy at \(id.isEmpty ? place : id)" }

    /// - Throws: `.balancerDenied` when the socket may look but not change.
    func requireAdminLevel() async throws(DeployError) {
        let answer = try await ask(RuntimeCommand.level)
        let level = answer.filter { !$0.isWhitespace }
        guard level != "admin" else { return }
        throw error(
            .balancerDenied, "HAProxy's socket `\(place)` has level `\(ForeignText.line(level))`, which may not drain",
            hint: "in haproxy.cfg: `stats socket \(place) … level admin`")
    }

    /// The names of all backends.
    func backends() async throws(DeployError) -> [String] {
        let answer = RuntimeTableLines(try await ask(RuntimeCommand.backends))
        return answer.values.filter(ServerName.isName)
    }

    /// Reads whole backends, those that servers in them track included.
    ///
    /// - Throws: `.balancerFailed` when one of them does not exist.
    func read(_ backends: some Collection<String>, withStickTables: Bool = false) async throws(DeployError)
        -> ProcessReading
    {
        let wanted = Set(backends)
        var known = wanted
        while true {
            let reading = try await readOnce(known.sorted(), withStickTables: withStickTables)
            let tracked = Set(reading.servers.values.compactMap(\.tracked?.backend))
            if tracked.isSubset(of: known) { return reading }
            known.formUnion(tracked)
        }
    }

    /// Sends changes in order, each of which HAProxy has to accept without a word.
    ///
    /// - Throws: `.notRegistered`, `.balancerDenied` or `.balancerFailed` with HAProxy's words.
    func change(_ commands: [String]) async throws(DeployError) {
        let line = commands.joined(separator: ";")
        guard let complaint = RuntimeAnswer.complaint(aboutChange: try await ask(line)) else { return }
        let words = ForeignText.line(complaint)
        switch true {
        case complaint.contains("No such server"), complaint.contains("No such backend"):
            throw error(.notRegistered, "\(title) answered `\(words)` to `\(line)`")
        case complaint.contains("Permission denied"):
            throw error(
                .balancerDenied, "\(title) answered `\(words)` to `\(line)`",
                hint: "in haproxy.cfg: `stats socket \(place) … level admin`")
        default:
            throw error(.balancerFailed, "\(title) answered `\(words)` to `\(line)`")
        }
    }

    func error(
        _ code: DeployError.Code, _ message: String, evidence: [String] = [], hint: String? = nil
    ) -> DeployError {
        DeployError(code, host: HostName(id), message, evidence: evidence, hint: hint)
    }

    // MARK: Private

    private func readOnce(_ backends: [String], withStickTables: Bool) async throws(DeployError) -> ProcessReading {
        for name in backends where !ServerName.isName(name) {
            throw error(.invalidConfiguration, "`\(ForeignText.line(name))` is not the name of a backend")
        }
        var rest = backends[...]
        var reading = try await readPart(rest.prefix(Self.backendsAtOnce), withStickTables)
        while rest.count > Self.backendsAtOnce {
            rest = rest.dropFirst(Self.backendsAtOnce)
            reading.add(try await readPart(rest.prefix(Self.backendsAtOnce), false))
        }
        return reading
    }

    private func readPart(
        _ backends: ArraySlice<String>, _ withStickTables: Bool
    ) async throws(DeployError) -> ProcessReading {
        let line = RuntimeCommand.read(backends) + (withStickTables ? ";" + RuntimeCommand.stickTables : "")
        let answer = try await ask(line)
        if answer.contains("No such proxy") || answer.contains("Can't find backend") {
            let existing = try await self.backends()
            let missing = backends.filter { !existing.contains($0) }.map { "`\($0)`" }.joined(separator: ", ")
            throw error(
                .balancerFailed, "\(title) has no backend \(missing)",
                evidence: ["it has: \(existing.prefix(20).joined(separator: ", "))"],
                hint: "`balancer.haproxy.backends` names them as haproxy.cfg does")
        }
        do throws(DeployError) {
            return try ProcessReading(answer, at: .now)
        } catch {
            throw self.error(error.code, "\(title): \(error.message)", hint: error.hint)
        }
    }

    private func ask(_ line: String) async throws(DeployError) -> String {
        let answer = try await socket.exchange(line, timeout: Self.exchangeTimeout)
        guard RuntimeAnswer.isComplete(answer) else {
            throw error(.balancerUnreachable, "the answer of \(title) broke off, asked `\(line)`")
        }
        return answer
    }
}
