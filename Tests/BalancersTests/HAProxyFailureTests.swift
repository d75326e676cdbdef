import DeployModel
import Foundation
import TestSupport
import Testing

@testable import Balancers

/// What is told when HAProxy cannot be asked, or may not be changed.
struct HAProxyFailureTests {
    private let web1 = TargetID(pool: PoolID(name: "web"), name: "web-1")

    @Test func `a stopped process is given up at the deadline`() async throws {
        try await HAProxyBench.run { bench in
            let socket = LocalSocket(address: .unix(path: bench.haproxy.socket))
            bench.haproxy.signal(SIGSTOP)
            let error = await #expect(throws: DeployError.self) {
                try await socket.exchange("show info", timeout: .milliseconds(300))
            }
            bench.haproxy.signal(SIGCONT)
            #expect(error?.code == .balancerUnreachable)
            #expect(
                error?.message
                    == "HAProxy did not answer at `\(bench.haproxy.socket)` within 300 ms, asked `show info`")
            let answer = try await socket.exchange("show info", timeout: .seconds(5))
            #expect(answer.contains("Pid: "))
        }
    }

    @Test func `a cancelled question ends at once`() async throws {
        try await HAProxyBench.run { bench in
            let socket = LocalSocket(address: .unix(path: bench.haproxy.socket))
            bench.haproxy.signal(SIGSTOP)
            let task = Task { try await socket.exchange("show info", timeout: .seconds(60)) }  // awaited below
            task.cancel()
            let error = await #expect(throws: DeployError.self) { try await task.value }
            bench.haproxy.signal(SIGCONT)
            #expect(error?.code == .interrupted)
        }
    }

    @Test(arguments: ["user", "operator"])
    func `a socket that may not change anything is refused before anything is changed`(level: String) async throws {
        var options = HAProxyBench.Options()
        let path = "/tmp/deploy-test-\(UUID().uuidString).sock"
        options.globalLines = ["stats socket \(path) mode 600 level \(level)"]
        try await HAProxyBench.run(options) { bench in
            let balancer = try bench.balancer { $0.socket = .unix(path: path) }
            let error = await #expect(throws: DeployError.self) { try await balancer.preflight() }
            #expect(error?.code == .balancerDenied)
            #expect(error?.message == "HAProxy's socket `\(path)` has level `\(level)`, which may not drain")
            #expect(error?.hint == "in haproxy.cfg: `stats socket \(path) … level admin`")
            let refusal = await #expect(throws: DeployError.self) { try await balancer.drain(web1) }
            #expect(refusal?.code == .balancerDenied)
            #expect(try await bench.haproxy.members()["web/web-1"]?.isInService == true)
        }
        try? FileManager.default.removeItem(atPath: path)
    }

    @Test func `a socket that is not there, or that nobody serves`() async throws {
        try await HAProxyBench.run { bench in
            let missing = try bench.balancer { $0.socket = .unix(path: "/run/no-such/admin.sock") }
            let error = await #expect(throws: DeployError.self) { try await missing.preflight() }
            #expect(error?.code == .balancerUnreachable)
            #expect(error?.message == "HAProxy's socket `/run/no-such/admin.sock` does not exist")

            let port = try LabAddress.freePort(on: "127.0.0.1")
            let silent = try bench.balancer { $0.socket = .tcp(host: "127.0.0.1", port: port) }
            let refused = await #expect(throws: DeployError.self) { try await silent.preflight() }
            #expect(refused?.message == "nothing listens at HAProxy's socket `127.0.0.1:\(port)`")
        }
    }

    @Test func `one of two that cannot be reached fails, or is skipped`() async throws {
        try await HAProxyBench.run { bench in
            let shell = LocalShell(host: "lb-1", in: bench.lab)
            let hosts = BalancerHosts(
                shell: { host throws(DeployError) in
                    if host == "lb-2" { throw DeployError(.unreachable, host: host, "no route to host") }
                    return shell
                }, forwarder: { host throws(DeployError) in throw DeployError(.unreachable, host: host, "none") })
            var configuration = HAProxyConfiguration(
                hosts: ["lb-1", "lb-2"], socket: .unix(path: bench.haproxy.socket))
            let strict = try HAProxyBalancer(configuration, reaching: hosts)
            let error = await #expect(throws: DeployError.self) { try await strict.preflight() }
            #expect(error?.host == "lb-2")

            configuration.unreachable = .skip
            let lenient = try HAProxyBalancer(configuration, reaching: hosts)
            #expect(try await lenient.preflight() == ["HAProxy at lb-2 is left out: no route to host"])
            #expect(try await lenient.resolve(bench.host("web-1")).map(\.description) == ["lb-1:web/web-1"])
        }
    }

    @Test func `on another host each failure of the helper is told apart`() async throws {
        try await HAProxyBench.run { bench in
            func error(path: String, environment: [String: String] = [:]) async throws -> DeployError {
                let shell = LocalShell(host: "lb-1", in: bench.lab, environment: environment)
                let balancer = try bench.balancer(
                    {
                        $0.hosts = ["lb-1"]
                        $0.socket = .unix(path: path)
                    }, shell: shell)
                let error = await #expect(throws: DeployError.self) { try await balancer.preflight() }
                return try #require(error)
            }
            let missing = try await error(path: "/run/no-such.sock")
            #expect(missing.code == .balancerUnreachable)
            #expect(missing.host == "lb-1")
            #expect(missing.message == "HAProxy's socket `/run/no-such.sock` does not exist")

            let file = try bench.lab.write("", to: "plain.sock")
            #expect(try await error(path: file).message == "nothing listens at HAProxy's socket `\(file)`")

            let empty = try bench.lab.makeDirectory("empty")
            let none = try await error(path: bench.haproxy.socket, environment: ["PATH": empty])
            #expect(none.message.hasSuffix("needs `socat`, `nc`, `python3` or `perl` on this host, and none is there"))
            #expect(none.hint == "install socat")
        }
    }

    @Test func `an answer whose beginning a shell has lost is not taken for the whole`() async throws {
        var options = HAProxyBench.Options()
        options.backendLines = ["web": ["server-template spare 400 127.0.0.1:9 disabled"]]
        try await HAProxyBench.run(options) { bench in
            let shell = LocalShell(host: "lb-1", in: bench.lab)
            let remote = try bench.balancer({ $0.hosts = ["lb-1"] }, shell: shell)
            let error = await #expect(throws: DeployError.self) { try await remote.resolve(bench.host("web-1")) }
            #expect(error?.code == .balancerFailed)
            #expect(error?.message.contains("is longer than 64 KiB") == true)
            #expect(try await bench.balancer().resolve(bench.host("web-1")).map(\.description) == ["web/web-1"])
        }
    }

    @Test(arguments: ["relative.sock", "/run/a,b.sock", "/run/a b.sock", "/run/$(x).sock", "/run/'x'.sock", ""])
    func `a path a helper would misread is refused`(path: String) {
        let error = #expect(throws: DeployError.self) {
            try HAProxyBalancer(
                HAProxyConfiguration(hosts: ["lb-1"], socket: .unix(path: path)), reaching: HAProxyBench.hosts())
        }
        #expect(error?.code == .invalidConfiguration)
    }
}
