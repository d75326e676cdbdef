import Foundation

/// A network of its own for the processes of a lab, where packets can be dropped: its loopback is not the machine's.
///
///     let network = try await NetworkNamespace.start(in: lab)  // from here on, what the lab starts is in it
///     let fleet = try await Fleet.start(in: lab)
///     try await network.add("ip daddr \(address) tcp dport \(port) drop")
///
/// Sockets that are files are reached from outside; the test process itself has no TCP to what is inside.
package struct NetworkNamespace: Sendable {
    private let holder: LabProcess
    private let lab: Lab

    /// Whether this machine lets the lab make one, with a packet filter: that takes root, iproute2 and nftables.
    package static let canBeMade = LabProcess.succeeds([
        "unshare", "--net", "sh", "-c", "ip link set lo up && nft add table inet lab",
    ])

    /// Makes a network with nothing but a loopback, and has the lab start its processes there.
    package static func start(in lab: Lab) async throws -> NetworkNamespace {
        let holder = try lab.start(
            "network",
            ["unshare", "--net", "sh", "-c", "ip link set lo up && echo ready && exec sleep infinity"])
        try await holder.waitForLog("ready")
        let network = NetworkNamespace(holder: holder, lab: lab)
        lab.enter(["nsenter", "--net=/proc/\(holder.pid)/ns/net", "--"])
        try await network.load(
            "add chain inet lab input { type filter hook input priority 0; policy accept; }", making: true)
        return network
    }

    /// Adds a rule of nft(8) for what arrives: `tcp dport 22 drop`, `ip daddr 127.0.0.2 reject with icmp host-unreachable`.
    ///
    /// - Throws: ``LabError`` in nft's words when it is none.
    package func add(_ rules: String...) async throws {
        try await load(rules.map { "add rule inet lab input \($0)" }.joined(separator: "\n"))
    }

    /// Lets everything through again.
    package func removeRules() async throws {
        try await load("flush chain inet lab input")
    }

    // MARK: Private

    private func load(_ text: String, making: Bool = false) async throws {
        let result = try await lab.command(
            ["nft", "-f", "-"], input: (making ? "add table inet lab\n" : "") + text + "\n")
        guard result.succeeded else { throw LabError("nft refused `\(text)`: \(result.errorText)") }
    }
}
