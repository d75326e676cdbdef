import Foundation
import TestSupport
import Testing

/// Rolling deploys through a target group. The service dies at once when it is stopped: only the drain protects requests.
@Suite(.timeLimit(.minutes(20))) struct AWSRolloutTests {
    @Test func `8-second requests and a delay of 12 seconds lose nothing`() async throws {
        try await Lab.scenario(within: .seconds(180)) { lab in
            var options = AWSFleet.Options()
            options.delay = 12
            options.slowSeconds = 8
            let fleet = try await AWSFleet.start(in: lab, options)
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let traffic = try await TrafficGenerator.start(
                in: lab, url: fleet.url, rate: 60, workers: 4, slowWorkers: 4)

            let run = try await fleet.deploy(["--inventory", inventory])
            let report = try await traffic.stop()

            #expect(run.status == 0, run.shown)
            #expect(report.failures == [:])
            #expect(Set(report.versions.keys) == ["1", "2"])
            #expect(report.slowRequests >= 8)
            #expect(fleet.versions == ["2", "2"])
            let (first, second) = (AWSFleet.instance(1), AWSFleet.instance(2))
            let port = fleet.hosts[0].appPort
            #expect(
                fleet.aws.changes == [
                    "DeregisterTargets \(first):\(port)", "RegisterTargets \(first):\(port)",
                    "DeregisterTargets \(second):\(port)", "RegisterTargets \(second):\(port)",
                ])
            #expect(try fleet.aws.registrations().map(\.state) == ["healthy", "healthy"])
            // What it will take was said before, and the group's own check was the host's.
            #expect((run.text + run.errorText).contains("the balancer drains for 12 s"), run.shown)
            #expect((run.text + run.errorText).contains("health"), run.shown)
        }
    }

    @Test func `until connections, an idle fleet is drained in seconds, and nothing is lost`() async throws {
        try await Lab.scenario(within: .seconds(150)) { lab in
            var options = AWSFleet.Options()
            options.delay = 120
            let fleet = try await AWSFleet.start(in: lab, options)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: [
                    "balancer": "  aws_target_group: \(AWSServer.arn(of: "web"))\n  drain: { until: connections }"
                ])
            let traffic = try await TrafficGenerator.start(
                in: lab, url: fleet.url, rate: 30, workers: 3, slowWorkers: 0)

            let run = try await fleet.deploy(["--inventory", inventory], within: .seconds(100))
            let report = try await traffic.stop()

            #expect(run.status == 0, run.shown)
            #expect(report.failures == [:])
            #expect(fleet.versions == ["2", "2"])
        }
    }

    @Test func `a group that checks over HTTPS has its port, path and protocol asked, whatever the certificate`()
        async throws
    {
        try await Lab.scenario(within: .seconds(120)) { lab in
            let port = try LabAddress.freePort(on: "127.0.0.1")
            var options = AWSFleet.Options()
            options.delay = 1
            options.group["health"] =
                #"{"protocol": "HTTPS", "port": \#(port), "path": "/healthz", "interval": 0.3, "healthy_threshold": 2}"#
            let fleet = try await AWSFleet.start(in: lab, options)
            let made = try await lab.command(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
                    + ["-days", "2", "-subj", "/CN=nobody", "-keyout", "tls.key", "-out", "tls.pem"])
            #expect(made.status == 0, made.shown)
            for host in fleet.hosts {
                let server = try lab.start(
                    "tls-\(host.name)",
                    ["openssl", "s_server", "-www", "-cert", "tls.pem", "-key", "tls.key"]
                        + ["-accept", "\(host.appAddress):\(port)"])
                try await server.waitForLog("ACCEPT")
            }
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let run = try await fleet.deploy(["--inventory", inventory])
            #expect(run.status == 0, run.shown)
            #expect(fleet.versions == ["2", "2"])
            #expect((run.text + run.errorText).matches(of: #/web-\d +healthy +200 in/#).count == 2, run.shown)
        }
    }

    @Test func `a zonal shift and targets that nobody declared are told, and the last with traffic stays`() async throws
    {
        try await Lab.scenario(within: .seconds(120)) { lab in
            var options = AWSFleet.Options()
            options.hostCount = 3
            options.delay = 300
            options.group["shifted"] = #"["eu-north-1a"]"#
            let fleet = try await AWSFleet.start(in: lab, options)
            let declared = fleet.hosts.prefix(2).map {
                "  \($0.name): { address: \($0.sshd.address), ssh: { port: \($0.sshd.port) } }"
            }
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab), sections: ["hosts": declared.joined(separator: "\n")])
            let check = try await fleet.deploy(["check", "--inventory", inventory])
            #expect(check.text.contains("takes 300 s to drain a host, busy or not; to make it 30 s: aws elbv2 modify-"))
            #expect(check.text.contains("a zonal shift is active: `web` sends nothing to"), check.shown)
            let third = "`\(AWSFleet.instance(3)):\(fleet.hosts[2].appPort) (web-3, \(fleet.hosts[2].sshd.address))`"
            #expect(check.text.contains("no host of the inventory, so left as it is: \(third)"), check.shown)

            let run = try await fleet.deploy(["--inventory", inventory])
            #expect(run.status == 3, run.shown)
            let said = run.text + run.errorText
            #expect(said.contains("is the only one that `web` sends traffic to during a zonal shift"), run.shown)
            #expect(said.contains("aws arc-zonal-shift cancel-zonal-shift --region eu-north-1"), run.shown)
            #expect(said.contains(third), run.shown)
            #expect(fleet.aws.changes == [])
        }
    }
}
