import DeployModel
import Reporting
import SSHTransport

/// The keys one host shows, beside what the files of known hosts say of it.
struct HostKeyReview: Sendable {
    enum State: Sendable, Hashable {
        /// One of the keys is known.
        case known
        case new
        /// Others are known instead.
        case changed([KnownHostsEntry])
        case revoked(KnownHostsEntry)
    }

    let host: HostName
    let name: KnownHostsName
    let keys: [HostKey]
    let state: State

    init(host: HostName, name: KnownHostsName, keys: [HostKey], knownHosts: KnownHosts) {
        self.host = host
        self.name = name
        self.keys = keys
        let known = knownHosts.lookUp(host: name.host, port: name.port)
        let verdicts = keys.map { known.verdict(keyType: $0.type, blob: $0.blob) }
        state = Self.state(verdicts)
    }

    /// What there is to compare.
    var lines: [StyledLine] {
        var lines = [StyledLine("\(host) (\(name)): \(phrase)", .strong)]
        if case .changed(let entries) = state {
            lines += entries.map { StyledLine("  old  \($0.keyType) \($0.fingerprint)  \($0.file):\($0.line)") }
        }
        let label = if case .changed = state { "  new  " } else { "  " }
        return lines + keys.map { StyledLine("\(label)\($0.type) \($0.fingerprint)") }
    }

    /// The keys that may be recorded: all of them, or those with one of the given fingerprints.
    func keys(with fingerprints: [String]) -> [HostKey] {
        fingerprints.isEmpty ? keys : keys.filter { fingerprints.contains($0.fingerprint.description) }
    }

    /// The keys that others are to take the place of.
    var replaced: [KnownHostsEntry] {
        if case .changed(let entries) = state { entries } else { [] }
    }

    // MARK: Private

    private static func state(_ verdicts: [KnownHostsVerdict]) -> State {
        for case .revoked(let entry) in verdicts { return .revoked(entry) }
        if verdicts.contains(.accepted) { return .known }
        for case .changed(let entries) in verdicts { return .changed(entries) }
        return .new
    }

    private var phrase: String {
        switch state {
        case .known: "known"
        case .new: "new"
        case .changed: "changed"
        case .revoked(let entry): "revoked at \(entry.file):\(entry.line)"
        }
    }
}
