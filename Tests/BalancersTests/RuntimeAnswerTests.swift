import DeployModel
import Testing

@testable import Balancers

/// Reading what HAProxy 2.6 says, and what it might say.
struct RuntimeAnswerTests {
    static let stateHeader =
        "# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight "
        + "srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state "
        + "bk_f_forced_id srv_f_forced_id srv_fqdn srv_port"

    static func answer(states: [String], statistics: [String], info: String = "Pid: 7\nUptime_sec: 10") -> String {
        "Name: HAProxy\n\(info)\n\n# pxname,svname,qcur,scur,status,check_status,cookie,tracked,\n"
            + statistics.map { $0 + "\n" }.joined() + "\n1\n\(stateHeader)\n" + states.map { $0 + "\n" }.joined() + "\n"
    }

    private func read(_ text: String) throws -> ProcessReading { try ProcessReading(text, at: .now) }

    @Test(arguments: [
        // op, admin, weight, check health, check state, scur, qcur, status, check status, expected
        ("2 0 1 3 6", "0,0,UP,L7OK", TargetState.inService),
        ("2 0 1 2 6", "0,5,UP 1/2,L7OK", .inService),
        ("2 0 1 2 0", "0,0,no check,", .assumedInService),
        ("2 0 1 2 2", "0,0,no check,", .assumedInService),
        ("2 4 1 3 6", "0,0,UP,L7OK", .inService),
        ("0 0 1 0 6", "0,0,DOWN,L4CON", .unhealthy("DOWN, L4CON")),
        ("0 0 1 1 6", "0,0,DOWN 1/2,L7OK", .warming("DOWN 1/2, L7OK")),
        ("1 0 1 3 6", "0,0,UP,L7OK", .warming("slow start")),
        ("3 0 1 3 6", "0,0,NOLB,L7OK", .unhealthy("stopping by its own answer (NOLB, L7OK)")),
        ("2 8 1 3 6", "1,2,DRAIN,L7OK", .draining(inFlight: 3)),
        ("0 8 1 0 6", "0,0,DOWN,L4CON", .draining(inFlight: 0)),
        ("2 16 1 0 0", "0,1,DRAIN,", .draining(inFlight: 1)),
        ("0 1 1 0 14", "0,0,MAINT,", .out("maintenance")),
        ("0 5 1 0 14", "0,2,MAINT,", .draining(inFlight: 2)),
        ("0 2 1 0 0", "0,0,MAINT (via t/web1),", .out("maintenance")),
        ("0 9 1 0 14", "0,0,MAINT,", .out("maintenance")),
        ("0 32 1 0 6", "0,0,MAINT (resolution),", .out("maintenance: its name has no address")),
        ("2 0 0 3 6", "0,0,UP,L7OK", .out("weight 0")),
        ("2 0 0 3 6", "0,1,UP,L7OK", .draining(inFlight: 1)),
        ("9 0 1 3 6", "0,0,WEIRD,", .unknown("HAProxy says state 9")),
    ])
    func `the numbers decide`(numbers: String, statistic: String, expected: TargetState) throws {
        let parts = numbers.split(separator: " ").map(String.init)
        let reading = try read(
            Self.answer(
                states: [
                    "3 web 1 a 10.0.0.5 \(parts[0]) \(parts[1]) \(parts[2]) 1 5 6 3 \(parts[3]) \(parts[4]) 0 0 0 - 80"
                ],
                statistics: ["web,a,\(statistic),,"]))
        let server = try #require(reading.servers.values.first)
        #expect(reading.state(of: server) == expected)
    }

    @Test func `tables are joined by name, and chains of tracking are followed to their end`() throws {
        let reading = try read(
            Self.answer(
                states: [
                    "3 ws 1 a 10.0.0.5 2 0 1 1 5 6 3 3 0 0 0 0 app.internal 80",
                    "2 web 1 a 10.0.0.5 2 0 1 1 5 6 3 3 0 0 0 0 - 80",
                    "1 base 1 a 10.0.0.5 2 0 1 1 5 6 3 3 6 22 0 0 - 80",
                ],
                statistics: [
                    "web,a,0,1,UP,,,base/a", "base,a,0,2,UP,L7OK,c,", "ws,a,0,3,UP,,,web/a", "ws,BACKEND,0,3,UP,,,",
                ]))
        let ws = try #require(ServerName("ws/a"))
        let base = try #require(ServerName("base/a"))
        #expect(reading.root(of: ws) == base)
        #expect(reading.servers[ws]?.sessions == 3)
        #expect(reading.servers[ws]?.domainName == "app.internal")
        #expect(reading.servers[base]?.agent == .enabled)
        #expect(reading.hasStickyClients(base))
        #expect(!reading.hasStickyClients(ws))
        #expect(try reading.state(of: #require(reading.servers[ws])) == .inService)
    }

    @Test func `servers that track each other do not hang the reader`() throws {
        let reading = try read(
            Self.answer(
                states: [
                    "1 a 1 x 1.1.1.1 2 0 1 1 5 6 3 3 0 0 0 0 - 80", "2 b 1 x 1.1.1.1 2 0 1 1 5 6 3 3 0 0 0 0 - 80",
                ],
                statistics: ["a,x,0,0,UP,,,b/x", "b,x,0,0,UP,,,a/x"]))
        #expect(reading.root(of: try #require(ServerName("a/x"))) == ServerName("b/x"))
    }

    @Test(arguments: [
        ("", "show info"),
        ("Name: HAProxy\nPid: x\n\n", "show info"),
        ("Permission denied\n\n", "Permission denied"),
        (
            "Unknown command: 'show info', but maybe one of the following ones is a better match:\n  help\n\n",
            "Unknown command"
        ),
        (answer(states: ["3 web 1 a 10.0.0.5 2"], statistics: ["web,a,0,0,UP,,,"]), "lack a column about `web/a`"),
        (answer(states: ["3 web 1 a 10.0.0.5 2 0 1 1 5 6 3 3 6 0 0 0 - 80"], statistics: []), "lack a column"),
        (
            answer(states: ["3 web 1 a; 10.0.0.5 2 0 1 1 5 6 3 3 6 0 0 0 - 80"], statistics: ["web,a;,0,0,UP,,,"]),
            "lack a column"
        ),
        (
            answer(states: ["3 web 1 a 10.0.0.5 two 0 1 1 5 6 3 3 6 0 0 0 - 80"], statistics: ["web,a,0,0,UP,,,"]),
            "lack a column"
        ),
    ])
    func `what cannot be read is an error, never a state`(text: String, reason: String) {
        let error = #expect(throws: DeployError.self) { try read(text) }
        #expect(error?.code == .balancerFailed)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        ("\n", nil), ("\n\n\n", nil), ("No such server.\n\n", "No such server."),
        ("\n\nNo such server.\n\n", "No such server."),
        ("Permission denied\n\n", "Permission denied"),
    ])
    func `a change is done exactly when there is nothing to say`(text: String, complaint: String?) {
        #expect(RuntimeAnswer.complaint(aboutChange: text) == complaint)
    }

    @Test(arguments: [("\n", true), ("a\n\n", true), ("", false), ("a", false), ("a\n", false)])
    func `an answer that broke off is known by its end`(text: String, isComplete: Bool) {
        #expect(RuntimeAnswer.isComplete(text) == isComplete)
    }

    @Test func `a process is told from the one after a reload`() throws {
        func identity(_ pid: Int, _ uptime: Int, _ now: ContinuousClock.Instant) throws -> ProcessIdentity {
            try #require(ProcessIdentity(["Pid": "\(pid)", "Uptime_sec": "\(uptime)"], at: now))
        }
        let now = ContinuousClock.now
        let first = try identity(7, 100, now)
        #expect(try first.isSameProcess(as: identity(7, 160, now + .seconds(61))))
        #expect(try !first.isSameProcess(as: identity(8, 160, now + .seconds(60))))
        // The same pid in a container that was started anew.
        #expect(try !first.isSameProcess(as: identity(7, 1, now + .seconds(60))))
    }
}

extension ServerReading {
    /// A server in service.
    static func fixture(_ backend: String, _ server: String, address: String) -> ServerReading? {
        let line = "1 \(backend) 1 \(server) \(address) 2 0 1 1 5 6 3 3 6 0 0 0 - 3000"
        let text = RuntimeAnswerTests.answer(states: [line], statistics: ["\(backend),\(server),0,0,UP,L7OK,,"])
        return try? ProcessReading(text, at: .now).servers.values.first
    }
}
