import DeployModel
import Foundation
import SSHTransport
import TestSupport
import Testing

@testable import Execution

/// The lease of one host, in the shells that `/bin/sh` may be.
struct LeaseCommandsTests {
    private let scratch: Scratch
    private let layout: ReleaseLayout

    init() throws {
        scratch = try Scratch()
        layout = ReleaseLayout(
            ReleaseConfiguration(source: "/", destination: scratch("it's \"$HOME\"")),
            placeholders: Placeholders(host: nil, release: nil, service: "shop"))
    }

    private func holder(_ run: String, phase: String = "rolling") -> LeaseHolder {
        LeaseHolder(
            run: run, who: "o'neil \"$USER\"@laptop", link: "https://ci.example.com/1?a=b&c=d",
            since: Date(timeIntervalSince1970: 1_700_000_000), phase: phase)
    }

    private func read(_ script: ShellScript, shell: [String] = ["/bin/sh"]) async throws -> LeaseReading? {
        let result = try await LocalHost(shell: shell).run(
            script, timeout: .seconds(20), idleTimeout: nil, isRepeatable: true, output: nil)
        #expect(result.isSuccess, "\(result.standardError)")
        return HostRecord(host: "web-1", output: result.standardOutput, layout: layout, now: Date()).lease
    }

    private func links() -> [String] { scratch.names(in: "it's \"$HOME\"/.deploy") }

    /// Makes the lease look as old as it needs.
    private func age(_ number: Int, _ run: String) throws {
        let path = "\(layout.records)/lease.\(number)"
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createSymbolicLink(
            atPath: path, withDestinationPath: "1 \(run) \(RecordText.line(holder(run)))")
    }

    @Test(arguments: LinkCommandsTests.shells)
    func `a lease is taken once, kept, given back and taken by another`(shell: [String]) async throws {
        let one = try await read(LeaseCommands.acquire(holder("run-1"), ttl: .seconds(60), layout), shell: shell)
        #expect(one?.holder == holder("run-1"))
        #expect((59...60).contains(one?.remaining.components.seconds ?? 0))
        let two = try await read(LeaseCommands.acquire(holder("run-2"), ttl: .seconds(60), layout), shell: shell)
        #expect(two?.holder?.run == "run-1")
        let again = try await read(
            LeaseCommands.acquire(holder("run-1", phase: "again"), ttl: .seconds(60), layout), shell: shell)
        #expect(again?.holder?.phase == "again")
        let foreign = try await read(LeaseCommands.renew(holder("run-2"), ttl: .seconds(60), layout), shell: shell)
        #expect(foreign?.holder?.run == "run-1")
        let longer = try await read(LeaseCommands.renew(holder("run-1"), ttl: .seconds(600), layout), shell: shell)
        #expect((longer?.remaining ?? .zero) > .seconds(590))

        _ = try await read(LeaseCommands.release(run: "run-2", layout), shell: shell)
        #expect(try await read(RecordCommands.read(layout), shell: shell)?.holder?.run == "run-1")
        _ = try await read(LeaseCommands.release(run: "run-1", layout), shell: shell)
        #expect(try await read(RecordCommands.read(layout), shell: shell) == nil)
        let next = try await read(LeaseCommands.acquire(holder("run-2"), ttl: .seconds(60), layout), shell: shell)
        #expect(next?.holder?.run == "run-2")
        #expect(links() == ["lease.2"])
    }

    @Test(arguments: LinkCommandsTests.shells)
    func `an expired lease is anyone's, and its holder learns of it`(shell: [String]) async throws {
        _ = try await read(LeaseCommands.acquire(holder("run-1"), ttl: .seconds(60), layout), shell: shell)
        try age(1, "run-1")
        let late = try await read(LeaseCommands.renew(holder("run-1"), ttl: .seconds(60), layout), shell: shell)
        #expect(late?.holder?.run == "run-1")
        #expect(late?.isAlive == true)
        #expect(links() == ["lease.2"], "renewed by taking it anew, which only one can do")

        try age(2, "run-1")
        let taken = try await read(LeaseCommands.acquire(holder("run-2"), ttl: .seconds(60), layout), shell: shell)
        #expect(taken?.holder?.run == "run-2")
        let lost = try await read(LeaseCommands.renew(holder("run-1"), ttl: .seconds(60), layout), shell: shell)
        #expect(lost?.holder?.run == "run-2")
        #expect(links() == ["lease.3"])
    }

    @Test func `of many that find it expired, one takes it`() async throws {
        _ = try await read(LeaseCommands.acquire(holder("run-0"), ttl: .seconds(60), layout))
        try age(1, "run-0")
        let winners = try await withThrowingTaskGroup(of: String?.self) { group in
            for number in 1...20 {
                group.addTask {
                    try await read(LeaseCommands.acquire(holder("run-\(number)"), ttl: .seconds(60), layout))?.holder?
                        .run
                }
            }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(winners.count == 1)
        #expect(winners.first != .some(nil))
    }

    @Test func `what is no lease is none, and what lies beside it is left alone`() async throws {
        try scratch.makeDirectory("it's \"$HOME\"/.deploy/lease.99999999999999999999")
        try scratch.write("", to: "it's \"$HOME\"/.deploy/lease.x")
        try scratch.link("it's \"$HOME\"/.deploy/lease.7", to: "nonsense")
        #expect(try await read(RecordCommands.read(layout)) == nil)
        let taken = try await read(LeaseCommands.acquire(holder("run-1"), ttl: .seconds(60), layout))
        #expect(taken?.holder?.run == "run-1")
        #expect(links() == ["lease.8", "lease.99999999999999999999", "lease.x"])
    }

    @Test func `a place that cannot be written is an error and not a lease`() async throws {
        try scratch.write("a file", to: "it's \"$HOME\"")
        let result = try await LocalHost().run(
            LeaseCommands.acquire(holder("run-1"), ttl: .seconds(60), layout), timeout: .seconds(20), idleTimeout: nil,
            isRepeatable: true, output: nil)
        #expect(!result.isSuccess)
    }
}
