import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct HAProxyServerFixtureTests {
    @Test func `the recorder passes commands on over unix and TCP, and remembers them`() async throws {
        try await Lab.run { lab in
            let haproxy = try await HAProxyServer.start(
                in: lab, backends: [.init(name: "web", members: [.init(name: "web-1", address: "127.0.0.1", port: 1)])])
            let tcp = haproxy.tcpSocket.replacingOccurrences(of: ":", with: "/")
            let overTCP = try await lab.command([
                "bash", "-c",
                "exec 3<>/dev/tcp/\(tcp); echo 'show info; set server web/web-1 state drain' >&3; cat <&3",
            ])
            #expect(overTCP.text.contains("Name: HAProxy"), "\(overTCP.errorText)")
            let python = """
                import socket, sys
                s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(b"get weight web/web-1\\n")
                s.shutdown(socket.SHUT_WR); print(s.makefile().read())
                """
            let overUnix = try await lab.command(["python3", "-c", python, haproxy.socket])
            #expect(overUnix.text.hasPrefix("1 (initial 1)"), "\(overUnix.errorText)")
            #expect(
                haproxy.recorder.commands
                    == ["show info", "set server web/web-1 state drain", "get weight web/web-1"])
            #expect(haproxy.recorder.changes == ["set server web/web-1 state drain"])
            #expect(try await haproxy.members()["web/web-1"]?.administrative == 8)
        }
    }
}
