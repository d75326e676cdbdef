import DeployModel
import HTTPClient
import TestSupport
import Testing

@testable import HealthChecks

struct TCPProbeTests {
    @Test func `a listening port is healthy, a closed one is not`() async throws {
        try await Lab.run { lab in
            let forwarder = LoopbackForwarder(serverAddress: LabAddress.next(), in: lab)
            try await ScriptedHTTPServer.run(at: .loopback("::1")) { _ in
                .silence
            } while: { server in
                let port = server.port
                let probe = TCPProbe(port: port, timeout: .seconds(5), forwarder: forwarder)
                for _ in 1...2 {
                    let observation = await probe.observe(release: nil)
                    #expect(observation.isHealthy)
                    #expect(observation.detail.hasPrefix("[::1]:\(port) accepts connections, "))
                }
                #expect(forwarder.attempts == [forwarder.serverAddress, "127.0.0.1", "::1", "::1"])
                await server.stop()
                let observation = await probe.observe(release: nil)
                #expect(!observation.isHealthy)
                #expect(observation.detail == "connection refused at [::1]:\(port)")
            }
        }
    }

    @Test func `an address that drops packets leaves time for the next`() async throws {
        try await Lab.run { lab in
            try await ScriptedHTTPServer.run { _ in
                .silence
            } while: { server in
                let forwarder = DroppingForwarder(droppedAddress: "10.0.0.5", acceptedAddress: "127.0.0.1")
                let probe = TCPProbe(port: server.port, timeout: .seconds(3), forwarder: forwarder)
                let observation = await probe.observe(release: nil)
                #expect(observation.isHealthy)
            }
        }
    }
}

/// Takes the whole time it is given to say that an address does not answer.
private struct DroppingForwarder: PortForwarder {
    let droppedAddress: String
    let acceptedAddress: String
    var serverAddress: String { droppedAddress }

    func forward(toAddress address: String, port: Int) async throws(DeployError) -> any LocalForward {
        throw DeployError(.connectionLost, "not asked")
    }

    func attemptConnection(
        toAddress address: String, port: Int, timeout: Duration
    ) async throws(DeployError) -> ConnectionAttempt {
        if address == acceptedAddress { return .accepted }
        try? await Task.sleep(for: timeout)
        return .refused(reason: "no answer within \(timeout)")
    }
}
