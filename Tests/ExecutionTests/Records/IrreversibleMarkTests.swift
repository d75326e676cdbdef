import DeployModel
import Foundation
import TestSupport
import Testing

@testable import Execution

/// What a host remembers of a release for which something was done that cannot be undone.
struct IrreversibleMarkTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private var configuration: ReleaseConfiguration {
        ReleaseConfiguration(source: "/", destination: scratch("{host}"))
    }

    private func records(_ hosts: [HostName]) -> HostRecords {
        HostRecords(of: hosts.map { Host.named($0) }, service: "shop", configuration: configuration) { _ in
            LocalHost()
        }
    }

    private func hold(_ id: ReleaseID, on host: HostName) throws {
        try scratch.makeDirectory("\(host)/releases/\(id)")
        let manifest = ReleaseManifest(
            id: id, contentDigest: "d-\(id)", state: .good, created: Date(timeIntervalSince1970: 1_700_000_000))
        try scratch.write(manifest.json + "\n", to: "\(host)/releases/.\(id).json")
    }

    @Test func `every host that holds the release remembers it, and only of that release`() async throws {
        for host in ["web-1", "web-2"] as [HostName] {
            try hold("v1", on: host)
            try hold("v2", on: host)
        }
        try hold("v1", on: "web-3")
        let records = records(["web-1", "web-2", "web-3"])
        try await HostJournal(of: "run-1", on: records).markIrreversible("v2", step: "migrate")
        let readings = await records.read()
        for host in ["web-1", "web-2"] as [HostName] {
            let record = try #require(try readings[host]?.get())
            #expect(record.release("v2")?.irreversibleStep == "migrate")
            #expect(record.release("v1")?.irreversibleStep == nil)
            #expect(record.release("v2")?.state == .good)
        }
        #expect(try readings["web-3"]?.get().releases.map(\.irreversibleStep) == [nil])
    }

    @Test func `the first step that was noted stays`() async throws {
        try hold("v2", on: "web-1")
        let records = records(["web-1"])
        let journal = HostJournal(of: "run-1", on: records)
        try await journal.markIrreversible("v2", step: "migrate")
        try await journal.markIrreversible("v2", step: "contract")
        #expect(try await records.read()["web-1"]?.get().release("v2")?.irreversibleStep == "migrate")
    }

    @Test func `a host that cannot note it keeps the step from running`() async throws {
        try hold("v2", on: "web-1")
        // A directory where the new manifest has to be written.
        try scratch.makeDirectory("web-1/releases/.v2.json.new/x")
        let error = try await #require(throws: DeployError.self) {
            try await HostJournal(of: "run-1", on: records(["web-1"])).markIrreversible("v2", step: "migrate")
        }
        #expect(error.message.hasPrefix("`migrate` is `irreversible`, and that cannot be noted: "))
    }
}
