import Foundation
import TestSupport
import Testing

/// Real rollouts behind a real nginx. A reload closes idle client connections, and clients open new ones (RFC 9112,
/// section 9.3.1); nothing else may be noticed.
@Suite(.timeLimit(.minutes(20))) struct NginxTests {
    @Test func `a rolling deploy by reload costs no request and no answer`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let nginx = try await Self.nginx(in: lab, before: fleet)
            let original = nginx.fileText
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab), sections: ["balancer": Self.section(nginx)])
            let traffic = try await TrafficGenerator.start(in: lab, url: nginx.url, reopens: true)
            let run = try await fleet.deploy(["--inventory", inventory, "--format", "json"])
            let report = try await traffic.stop()

            #expect(run.status == 0, run.shown)
            #expect(report.failures == [:])
            #expect(Set(report.versions.keys) == ["1", "2"])
            #expect(report.slowRequests >= 4)
            #expect(fleet.versions == ["2", "2"])
            #expect(nginx.fileText == original, "the file is what a person wrote")
            #expect(nginx.files == ["web.conf"])
        }
    }

    @Test func `nginx on another host is reached over SSH`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let nginx = try await Self.nginx(in: lab, before: fleet)
            let first = try fleet.host("web-1")
            let hosts = fleet.hosts.map { host in
                "  \(host.name): { address: \(host.sshd.address), ssh: { port: \(host.sshd.port) } }"
            }
            let balancerHost =
                "  lb-1: { address: \(first.sshd.address), ssh: { port: \(first.sshd.port) }, deploy: false }"
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: [
                    "balancer": Self.section(nginx, "hosts: [lb-1], "),
                    "hosts": (hosts + [balancerHost]).joined(separator: "\n"),
                ])
            let traffic = try await TrafficGenerator.start(in: lab, url: nginx.url, reopens: true)
            let run = try await fleet.deploy(["--inventory", inventory])
            let report = try await traffic.stop()
            #expect(run.status == 0, run.shown)
            #expect(report.failures == [:])
            #expect(fleet.versions == ["2", "2"])
        }
    }

    @Test func `nginx that is left alone passes by a host that stops gracefully`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let nginx = try await Self.nginx(in: lab, before: fleet, passesOn: true)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: ["balancer": "  nginx: { mode: passive, upstream: web }"])
            let traffic = try await TrafficGenerator.start(in: lab, url: nginx.url)
            let run = try await fleet.deploy(["--inventory", inventory])
            let report = try await traffic.stop()
            #expect(run.status == 0, run.shown)
            #expect(report.failures == [:])
            #expect(Set(report.versions.keys) == ["1", "2"])
            #expect(fleet.versions == ["2", "2"])
        }
    }

    @Test func `a configuration that somebody broke is refused before anything is changed`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let nginx = try await Self.nginx(in: lab, before: fleet)
            let original = nginx.fileText
            try nginx.include("upstream half {", as: "half.conf")
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab), sections: ["balancer": Self.section(nginx)])
            let run = try await fleet.deploy(["--inventory", inventory])
            #expect(run.status == 3, run.shown)
            #expect((run.text + run.errorText).contains("half.conf"), run.shown)
            #expect(nginx.fileText == original)
            #expect(fleet.versions == ["1", "1"])
        }
    }

    // MARK: Private

    private static func nginx(in lab: Lab, before fleet: Fleet, passesOn: Bool = false) async throws -> NginxServer {
        try await NginxServer.start(
            in: lab, servers: fleet.hosts.map { "\($0.appAddress):\($0.appPort)" }, passesOn: passesOn)
    }

    private static func section(_ nginx: NginxServer, _ more: String = "") -> String {
        """
          nginx:
            { \(more)upstream: web, file: \(nginx.file), pid_file: \(nginx.pidFile), \
        command: [\(nginx.command.joined(separator: ", "))], sudo: false }
        """
    }
}
