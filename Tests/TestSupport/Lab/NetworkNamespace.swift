import Foundation
import NIOCore
package import NIOPosix

/// A network of its own for the processes of a lab, where packets can be dropped: its loopback is not the machine's.
///
///     let network = try await NetworkNamespace.start(in: lab)  // from here on, what the lab starts is in it
///     let fleet = try await Fleet.start(in: lab)
///     try await network.add("ip daddr \(address) tcp dport \(port) drop")
///
/// Sockets that are files are reached from outside. The test process itself has TCP to what is inside by sockets that are
/// made on ``eventLoops()`` alone.
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

    /// A thread of this process that is inside, with an event loop: a socket that is made on it belongs to this network.
    package func eventLoops() async throws -> MultiThreadedEventLoopGroup {
        let path = "/proc/\(holder.pid)/ns/net"
        let group: MultiThreadedEventLoopGroup = try await withCheckedThrowingContinuation { continuation in
            // A thread starts in the network of the one that makes it; this one is of no use to others any more.
            Thread.detachNewThread {
                let network = open(path, O_RDONLY | O_CLOEXEC)
                defer { close(network) }
                guard network >= 0, Self.enter(network) else {
                    return continuation.resume(
                        throwing: LabError("no way into the network: \(String(cString: strerror(errno)))"))
                }
                continuation.resume(returning: MultiThreadedEventLoopGroup(numberOfThreads: 1))
            }
        }
        lab.onCleanup { try? await group.shutdownGracefully() }
        return group
    }

    // MARK: Private

    /// setns(2) for this thread; Glibc's module does not have it.
    private static func enter(_ network: CInt) -> Bool {
        guard let symbol = dlsym(nil, "setns") else { return false }
        let setns = unsafeBitCast(symbol, to: (@convention(c) (CInt, CInt) -> CInt).self)
        let cloneNewNet: CInt = 0x4000_0000
        return setns(network, cloneNewNet) == 0
    }

    private func load(_ text: String, making: Bool = false) async throws {
        let result = try await lab.command(
            ["nft", "-f", "-"], input: (making ? "add table inet lab\n" : "") + text + "\n")
        guard result.succeeded else { throw LabError("nft refused `\(text)`: \(result.errorText)") }
    }
}
