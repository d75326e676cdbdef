import DeployModel

/// Changes one nginx's servers, one change at a time. What is asked for while a reload is under way goes into the next
/// one together: each reload costs clients their idle connections.
actor UpstreamEditor {
    private struct Request {
        var address: String
        /// The run that takes it out, or `nil` to put it in.
        var run: String?
    }

    private struct Waiting {
        var request: Request
        var continuation: CheckedContinuation<Result<Void, DeployError>, Never>
    }

    /// How often a file that somebody else is changing is read anew.
    private static let attempts = 5

    private let process: NginxProcess
    private var waiting: [Waiting] = []
    private var isAtWork = false

    init(_ process: NginxProcess) {
        self.process = process
    }

    /// Takes a server out, in the name of a run; returns when nginx no longer sends it anything new.
    func takeOut(_ address: String, run: String) async throws(DeployError) {
        try await perform(Request(address: address, run: run))
    }

    /// Puts a server in; returns when nginx sends it requests.
    func putIn(_ address: String) async throws(DeployError) {
        try await perform(Request(address: address, run: nil))
    }

    // MARK: Private

    private func perform(_ request: Request) async throws(DeployError) {
        guard !isAtWork else {
            return try await withCheckedContinuation { waiting.append(Waiting(request: request, continuation: $0)) }
                .get()
        }
        isAtWork = true
        let result = await apply([request])
        // Who asked meanwhile waits for whoever was first.
        while !waiting.isEmpty {
            let next = waiting
            waiting = []
            let result = await apply(next.map(\.request))
            for each in next { each.continuation.resume(returning: result) }
        }
        isAtWork = false
        try result.get()
    }

    private func apply(_ requests: [Request]) async -> Result<Void, DeployError> {
        do throws(DeployError) {
            for attempt in 1...Self.attempts {
                let reading = try await process.read()
                for request in requests {
                    try requireServer(request.address, in: reading)
                }
                let changes = Dictionary(requests.map { ($0.address, $0.run) }) { _, last in last }
                    .filter { address, run in !Self.isDone(address, run, in: reading.file) }
                if changes.isEmpty, !reading.isChangeInHand { return .success(()) }
                let text = reading.file.text(changing: changes)
                if try await process.replace(reading.file.text, with: text) { return .success(()) }
                if attempt < Self.attempts { try? await Task.sleep(for: .milliseconds(500)) }
            }
            throw process.error(
                .balancerFailed, "\(process.title): another change of `\(process.path)` is in hand",
                hint: "a change that was broken off is taken over after two minutes")
        } catch {
            return .failure(error)
        }
    }

    private func requireServer(_ address: String, in reading: NginxProcess.Reading) throws(DeployError) {
        guard !reading.file.servers.contains(where: { $0.address == address }) else { return }
        throw process.error(
            .notRegistered,
            "\(process.title) has no server `\(ForeignText.line(address))` in `\(process.configuration.upstream)`")
    }

    private static func isDone(_ address: String, _ run: String?, in file: UpstreamFile) -> Bool {
        file.servers.filter { $0.address == address }.allSatisfy { $0.isDown == (run != nil) }
    }
}
