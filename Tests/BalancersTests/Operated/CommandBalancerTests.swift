import DeployModel
import TestSupport
import Testing

@testable import Balancers

/// A balancer that the user's own commands steer: here a program that speaks to a real HAProxy.
struct CommandBalancerTests {
    @Test func `it passes the conformance suite, asked for the whole pool`() async throws {
        try await HAProxyBench.run { bench in
            let balancer = try Self.balancer(bench)
            try await BalancerConformance.runAll(on: HAProxyFixture(bench, balancer))
        }
    }

    @Test func `it passes the conformance suite, asked for each host`() async throws {
        try await HAProxyBench.run { bench in
            let program = try OperatorProgram.install(in: bench.lab, haproxy: bench.haproxy)
            let balancer = try Self.balancer(bench) { $0.state = .argv([program, "state", "{target}"]) }
            try await BalancerConformance.runAll(on: HAProxyFixture(bench, balancer))
        }
    }

    @Test func `a command sees the host, and 75 is tried again`() async throws {
        try await HAProxyBench.run { bench in
            let balancer = try Self.balancer(bench)
            let target = TargetID(pool: PoolID(name: "shop"), name: "web-1")
            try bench.lab.write("2", to: "operator/busy")
            try await balancer.drain(target)
            #expect(
                LabLog(path: bench.lab.path("operator/calls")).lines.map(String.init)
                    == Array(repeating: "drain web-1 shop web-1 web-1 run-1", count: 3))
            #expect(try await bench.haproxy.members()["web/web-1"]?.administrative == 8)
        }
    }

    @Test func `a shell line has the names in variables`() async throws {
        try await HAProxyBench.run { bench in
            let program = try OperatorProgram.install(in: bench.lab, haproxy: bench.haproxy)
            let balancer = try Self.balancer(bench) { $0.drain = .shell("\(program) drain \"$DEPLOY_TARGET\"") }
            try await balancer.drain(TargetID(pool: PoolID(name: "shop"), name: "web-2"))
            #expect(try await bench.haproxy.members()["web/web-2"]?.administrative == 8)
        }
    }

    @Test(arguments: [
        ("exit 3", DeployError.Code.balancerFailed, "ended with 3"),
        ("echo no", .balancerFailed, "did not answer with a list of targets: it is not JSON"),
        ("echo '{}'", .balancerFailed, "it is not a list of objects"),
        (#"echo '[{"state": "out"}]'"#, .balancerFailed, "an entry has no `id`"),
        (
            #"echo '[{"id": "a", "state": "fine"}]'"#, .balancerFailed,
            "`state` must be one of `in_service`, `warming`, `unhealthy`, `draining`, `out`, `absent`"
        ),
        (#"echo '[{"id": "a", "state": "out", "in_flight": "3"}]'"#, .balancerFailed, "`in_flight` has the wrong type"),
        (
            #"echo '[{"id": "a", "state": "out"}, {"id": "a", "state": "out"}]'"#, .balancerFailed,
            "names the target `a` twice"
        ),
        ("sleep 30", .balancerFailed, "had not ended after 500 ms"),
    ])
    func `an answer that is none is refused with the reason`(
        line: String, code: DeployError.Code, reason: String
    ) async throws {
        try await Lab.run { lab in
            let configuration = CommandBalancerConfiguration(
                drain: .shell("true"), enable: .shell("true"), state: .shell(line), timeout: .milliseconds(500),
                directory: lab.directory)
            let balancer = try Self.make(configuration, fleet: [Host(name: "a", address: "a")], in: lab)
            let error = await #expect(throws: DeployError.self) { _ = try await balancer.preflight() }
            #expect(error?.code == code)
            #expect(error?.message.contains(reason) == true, "\(String(describing: error))")
        }
    }

    @Test(arguments: [
        (#"{"id": "a", "state": "in_service"}"#, TargetState.inService),
        (#"{"id": "a", "state": "draining"}"#, .draining(inFlight: nil)),
        (#"{"id": "a", "state": "draining", "in_flight": 4}"#, .draining(inFlight: 4)),
        (#"{"id": "a", "state": "draining", "in_flight": -1}"#, .draining(inFlight: 0)),
        (#"{"id": "a", "state": "out", "reason": "by hand"}"#, .out("by hand")),
        (#"{"id": "a", "state": "unhealthy", "reason": "x\u001b[2J", "more": [1]}"#, .unhealthy(#"x\u{1B}[2J"#)),
        (#"{"id": "a", "state": "absent"}"#, .absent),
    ])
    func `each state has its meaning`(json: String, state: TargetState) throws {
        let target = try #require(try ReportedTarget.list("[\(json)]", from: "x").first)
        if case .unhealthy(let reason) = target.targetState {
            // Nothing of what others say moves a terminal's cursor.
            #expect(!reason.contains("\u{1B}"))
        } else {
            #expect(target.targetState == state)
        }
    }

    // MARK: Private

    private static func balancer(
        _ bench: HAProxyBench, _ change: (inout CommandBalancerConfiguration) -> Void = { _ in }
    ) throws -> any Balancer {
        let program = try OperatorProgram.install(in: bench.lab, haproxy: bench.haproxy)
        var configuration = CommandBalancerConfiguration(
            drain: .argv([program, "drain", "{target}"]), enable: .argv([program, "enable", "{target}"]),
            state: .argv([program, "state"]), directory: bench.lab.directory)
        change(&configuration)
        let fleet = bench.apps.values.map { Host(name: $0.name, address: $0.address) }.sorted { $0.name < $1.name }
        return try make(configuration, fleet: fleet, in: bench.lab)
    }

    private static func make(
        _ configuration: CommandBalancerConfiguration, fleet: [Host], in lab: Lab
    ) throws -> any Balancer {
        let surroundings = try BalancerSurroundings.bench(lab, fleet: fleet)
        guard
            let balancer = try BalancerRegistry.make(
                BalancerConfiguration(kind: .command(configuration)), in: surroundings)
        else { throw LabError("the registry made nothing") }
        return balancer
    }
}
