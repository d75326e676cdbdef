import Foundation
import TestSupport
import Testing

/// `examples/haproxy` and `examples/nginx` as they stand: only what must differ on loopback is said anew.
@Suite(.timeLimit(.minutes(20))) struct BalancerExamplesTests {
    @Test func `the HAProxy example deploys under traffic`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let address = LabAddress.next()
            let port = try LabAddress.freePort(on: address)
            let socket = lab.path("admin.sock")
            let configuration = try Self.example("haproxy/haproxy.cfg", fleet)
                .replacingOccurrences(of: "/run/haproxy/admin.sock", with: socket)
                .replacingOccurrences(of: " group haproxy", with: "")
                .replacingOccurrences(of: "10.0.0.5:80", with: "\(address):\(port)")
            let haproxy = try lab.start("haproxy", ["haproxy", "-db", "-f", try lab.write(configuration, to: "h.cfg")])
            try await eventually("HAProxy's socket", log: haproxy.log) {
                FileManager.default.fileExists(atPath: socket)
            }
            let inventory = try Self.inventory(
                "haproxy", fleet, balancer: "{ haproxy: { socket: \(socket) }, enable: { timeout: 30s } }")
            try await Self.deploysUnderTraffic(fleet, inventory, url: "http://\(address):\(port)", reopens: false)
        }
    }

    @Test func `the nginx example deploys under traffic`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let address = LabAddress.next()
            let port = try LabAddress.freePort(on: address)
            let folder = try lab.makeDirectory("nginx/upstreams")
            let file = try lab.write(
                try Self.example("nginx/upstreams/acebook.conf", fleet), to: "nginx/upstreams/acebook.conf")
            let site = try Self.example("nginx/site.conf", fleet)
                .replacingOccurrences(of: "/etc/nginx/upstreams", with: folder)
                .replacingOccurrences(of: "10.0.0.5:80", with: "\(address):\(port)")
            let temporaries = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                .map { "\($0)_temp_path \(lab.path("nginx/\($0)"));" }.joined(separator: " ")
            let main = try lab.write(
                """
                daemon off; pid \(lab.path("nginx.pid")); error_log \(lab.path("nginx/error.log")) notice;
                events { }
                http { access_log off; \(temporaries)
                \(site)
                }

                """, to: "nginx/nginx.conf")
            let nginx = try lab.start("nginx", ["nginx", "-c", main])
            let log = LabLog(path: lab.path("nginx/error.log"))
            try await eventually("nginx to start its workers", log: nginx.log) {
                log.text.contains("start worker process ")
            }
            let inventory = try Self.inventory(
                "nginx", fleet,
                balancer: """
                    { nginx: { file: \(file), pid_file: \(lab.path("nginx.pid")), \
                    command: [nginx, -c, \(main)], sudo: false } }
                    """)
            try await Self.deploysUnderTraffic(fleet, inventory, url: "http://\(address):\(port)", reopens: true)
            #expect(LabLog(path: file).text == (try Self.example("nginx/upstreams/acebook.conf", fleet)))
        }
    }

    // MARK: Private

    private static func deploysUnderTraffic(
        _ fleet: Fleet, _ inventory: String, url: String, reopens: Bool
    ) async throws {
        let traffic = try await TrafficGenerator.start(in: fleet.lab, url: url, reopens: reopens)
        let plan = try await fleet.deploy(["--inventory", inventory, "plan"])
        #expect(plan.status == 0, plan.shown)
        let run = try await fleet.deploy(["--inventory", inventory])
        let report = try await traffic.stop()
        #expect(run.status == 0, run.shown)
        #expect(report.failures == [:])
        #expect(Set(report.versions.keys) == ["1", "2"])
        #expect(fleet.versions == ["2", "2"])
    }

    private static func folder(_ path: String) -> String { "\(Repository.root)/examples/\(path)" }

    /// A file of an example with the lab's addresses for the hosts.
    private static func example(_ path: String, _ fleet: Fleet) throws -> String {
        var text = try String(contentsOfFile: folder(path), encoding: .utf8)
        for (index, host) in fleet.hosts.enumerated() {
            text = text.replacingOccurrences(
                of: "10.0.0.1\(index + 1):3000", with: "\(host.appAddress):\(host.appPort)")
        }
        return text
    }

    /// An inventory that extends the example's with the lab's addresses and paths.
    private static func inventory(_ name: String, _ fleet: Fleet, balancer: String) throws -> String {
        let lab = fleet.lab
        try lab.write(fleet.hosts.map(\.sshd.knownHosts).joined(), to: "known_hosts")
        let first = try fleet.host("web-1")
        let hosts = (fleet.hosts.map { ($0.name, $0) } + [("lb-1", first)]).map { name, host in
            "  \(name): { address: \(host.sshd.address), ssh: { port: \(host.sshd.port) } }"
        }.joined(separator: "\n")
        return try lab.write(
            """
            extends: \(folder(name))/hosts.yml
            ssh: { user: \(first.sshd.user), identity_file: \(first.sshd.clientKeys.ed25519), known_hosts: known_hosts }
            hosts:
            \(hosts)
            balancer: \(balancer)
            release: { from: \(try LabRelease.make("2", in: lab).path), to: "\(lab.path("hosts"))/{host}/srv/acebook" }
            health: { http: ":\(first.appPort)/healthz", interval: 200ms, start_timeout: 10s }

            """, to: "hosts.yml")
    }
}
