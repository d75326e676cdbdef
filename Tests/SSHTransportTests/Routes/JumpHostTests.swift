import Foundation
import NIOCore
import SSHTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(3))) struct JumpHostTests {
    @Test func `two jump hosts in a row lead to a host, for commands, transfers and forwards`() async throws {
        try await Lab.run { lab in
            let (outer, inner) = (try await SSHServer.start(in: lab), try await SSHServer.start(in: lab))
            let target = try await SSHServer.start(in: lab)
            let route = try inner.hop("inner", behind: outer.hop("outer"))
            try await JumpHosts.with { jumps in
                try await jumps.withConnection(target.settings(behind: route)) { connection in
                    let result = try await connection.run(#"echo "${SSH_CONNECTION##* }"; head -c 3000000 /dev/zero"#)
                    #expect(result.outputText.hasSuffix("\0"))
                    #expect(result.standardOutputBytes == 3_000_000 + "\(target.port)\n".utf8.count)
                    let bytes = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                    let pipes = try LocalPipes()
                    async let exit = connection.attach(
                        line: "cat", input: pipes.remoteInput, output: pipes.remoteOutput, standardError: { _ in },
                        progressDeadline: .seconds(30))
                    async let echoed = pipes.readAll()
                    try await pipes.writeAll(bytes)
                    #expect(try await echoed == bytes)
                    #expect(try await exit == .status(0))
                    try await connection.reach(host: inner.address, port: inner.port, timeout: .seconds(20))
                }
            }
            #expect(outer.loginCount == 1)
            #expect(inner.loginCount == 1)
            try await eventually("all connections to be closed") {
                outer.connectionPIDs.isEmpty && inner.connectionPIDs.isEmpty && target.connectionPIDs.isEmpty
            }
        }
    }

    @Test func `one connection to a jump host serves all hosts behind it`() async throws {
        try await Lab.run { lab in
            let (jump, target) = (try await SSHServer.start(in: lab), try await SSHServer.start(in: lab))
            let hop = try jump.hop("bastion")
            try await JumpHosts.with { jumps in
                try await withThrowingTaskGroup(of: String.self) { group in
                    for number in 0..<8 {
                        let settings = try target.settings("web-\(number)", behind: hop)
                        group.addTask {
                            try await jumps.withConnection(settings) { try await $0.run("echo \(number)").outputText }
                        }
                    }
                    #expect(try await group.reduce(into: Set()) { $0.insert($1) }.count == 8)
                }
            }
            #expect(jump.loginCount == 1)
        }
    }

    @Test func `a host that does not answer keeps no other from being reached`() async throws {
        let blackHole = try FullListener()
        try await Lab.run { lab in
            let (jump, target) = (try await SSHServer.start(in: lab), try await SSHServer.start(in: lab))
            let hop = try jump.hop("bastion")
            try await JumpHosts.with { jumps in
                var dead = try target.settings("web-0", behind: hop)
                (dead.address, dead.port, dead.connectTimeout) = ("127.0.0.1", blackHole.port, .seconds(4))
                let lost = Task { [dead] in await jumps.failure(dead) }  // awaited below
                try await eventually("the jump host to be asked") { jump.loginCount == 1 }
                for number in 1...3 {
                    let text = try await jumps.withConnection(target.settings("web-\(number)", behind: hop)) {
                        try await $0.run("echo in").outputText
                    }
                    #expect(text == "in\n")
                }
                let error = await lost.value
                #expect(error?.code == .timedOut)
                #expect(error?.phase == .connect)
                #expect(error?.hop == "bastion")
                #expect(error?.label == "web-0")
                // The way is free again at once, although libssh2 itself would wait a minute.
                #expect(await jumps.failure(try target.settings("web-4", behind: hop)) == nil)
            }
        }
    }

    @Test func `a failure at a jump host names it, and the host behind it`() async throws {
        try await Lab.run { lab in
            let (jump, target) = (try await SSHServer.start(in: lab), try await SSHServer.start(in: lab))
            try await JumpHosts.with { jumps in
                var stranger = try jump.hop("bastion")
                stranger.knownHostsFiles = []
                let unknown = await jumps.failure(try target.settings(behind: stranger))
                #expect(unknown?.code == .hostKeyUnknown)
                #expect(
                    unknown?.description.hasPrefix("`web-1`: jump host `bastion`: host key check: ") == true,
                    "\(unknown as Any)")

                var closed = try jump.hop("shut")
                closed.port = try LabAddress.freePort(on: jump.address)
                let refused = await jumps.failure(try target.settings(behind: closed))
                #expect(refused?.code == .connectFailed)
                #expect(refused?.hop == "shut")

                // Through the second hop, the first one is at fault.
                let chain = await jumps.failure(
                    try target.settings(behind: target.hop("second", behind: stranger)))
                #expect(chain?.hop == "bastion")
                #expect(chain?.label == "web-1")

                var behind = try target.settings(behind: jump.hop("open"))
                behind.port = try LabAddress.freePort(on: target.address)
                let unreachable = await jumps.failure(behind)
                #expect(unreachable?.code == .connectFailed)
                #expect(unreachable?.hop == "open")
                #expect(unreachable?.reason.contains("`\(target.address)` port \(behind.port)") == true)

                // A failure behind it is the host's own.
                var unknownTarget = try target.settings(behind: jump.hop("open"))
                unknownTarget.knownHostsFiles = []
                let own = await jumps.failure(unknownTarget)
                #expect(own?.code == .hostKeyUnknown)
                #expect(own?.hop == nil)
            }
        }
    }

    @Test func `a jump host that forbids forwards says what to change`() async throws {
        try await Lab.run { lab in
            let jump = try await SSHServer.start(in: lab, .with { $0.extraLines = ["AllowTcpForwarding no"] })
            let target = try await SSHServer.start(in: lab)
            try await JumpHosts.with { jumps in
                let error = await jumps.failure(try target.settings(behind: jump.hop("bastion")))
                #expect(error?.code == .connectFailed)
                #expect(error?.hint?.contains("AllowTcpForwarding") == true)
            }
        }
    }

    @Test func `when a jump host dies, the hosts behind it say so, and the next connect makes a new way`() async throws
    {
        try await Lab.run { lab in
            let (jump, target) = (try await SSHServer.start(in: lab), try await SSHServer.start(in: lab))
            let settings = try target.settings(behind: jump.hop("bastion"))
            try await JumpHosts.with { jumps in
                try await jumps.withConnection(settings) { connection in
                    let (started, start) = AsyncStream.makeStream(of: Void.self)
                    let task = Task {  // awaited below
                        try await connection.execute(SSHCommand(ShellScript("echo up; sleep 60"))) { _ in start.yield()
                        }
                    }
                    for await _ in started { break }
                    jump.killConnections()
                    await #expect { try await task.value } throws: { error in
                        guard let error = error as? SSHError else { return false }
                        return error.code == .connectionLost && error.reason.contains("jump host `bastion`")
                    }
                }
                let again = try await jumps.withConnection(settings) { try await $0.run("echo again").outputText }
                #expect(again == "again\n")
            }
            #expect(jump.loginCount == 2)
        }
    }

    @Test func `a cancelled connect through a jump host ends at once`() async throws {
        let blackHole = try FullListener()
        try await Lab.run { lab in
            let jump = try await SSHServer.start(in: lab)
            try await JumpHosts.with { jumps in
                var settings = try jump.settings(behind: jump.hop("bastion"))
                (settings.address, settings.port, settings.connectTimeout) = ("127.0.0.1", blackHole.port, .seconds(60))
                let task = Task { [settings] in await jumps.failure(settings) }  // awaited below
                try await eventually("the jump host to be asked") { jump.loginCount == 1 }
                task.cancel()
                #expect(await task.value?.code == .cancelled)
            }
        }
    }
}
