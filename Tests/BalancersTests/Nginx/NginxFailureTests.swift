import DeployModel
import Foundation
import HTTPClient
import TestSupport
import Testing

@testable import Balancers

/// What nginx refuses, does not take, or does behind our back.
struct NginxFailureTests {
    @Test func `a drain is a word and a mark in the file, and leaves the rest as it was`() async throws {
        try await NginxBench.run { bench in
            let balancer = try bench.balancer(run: "20260301T120000Z-7f3a")
            let target = try await bench.target("web-1", of: balancer)
            let before = bench.nginx.fileText
            try await balancer.drain(target)
            #expect(
                bench.nginx.fileText
                    == before.replacingOccurrences(
                        of: "server \(target.name) max_fails=0;",
                        with: "server \(target.name) max_fails=0 down; # down by deploy 20260301T120000Z-7f3a"))
            try await eventually("the old workers to end") {
                try await bench.state(of: target, balancer) == .out("down by deploy 20260301T120000Z-7f3a")
            }
            try await balancer.enable(target, restoring: TargetPrior())
            #expect(bench.nginx.fileText == before)
        }
    }

    @Test func `a configuration that nginx refuses is put back, and nginx serves on`() async throws {
        try await NginxBench.run { bench in
            let balancer = try bench.balancer()
            let target = try await bench.target("web-1", of: balancer)
            let before = bench.nginx.fileText
            try bench.nginx.include("upstream broken { server", as: "zz-broken.conf")
            let error = await #expect(throws: DeployError.self) { try await balancer.drain(target) }
            #expect(error?.code == .balancerFailed)
            #expect(error?.message.contains("refuses its configuration") == true)
            #expect(error?.evidence.contains { $0.contains("zz-broken.conf") } == true)
            #expect(bench.nginx.fileText == before)
            #expect(bench.nginx.files == ["web.conf", "zz-broken.conf"])
            #expect(try await bench.state(of: target, balancer) == .assumedInService)
            #expect(try await bench.request().status == 200)
            // Preflight finds it before anything is changed.
            await #expect(throws: DeployError.self) { _ = try await balancer.preflight() }
        }
    }

    @Test func `a reload that nginx does not take over is noticed, and the file put back`() async throws {
        try await NginxBench.run { bench in
            let balancer = try bench.balancer()
            let target = try await bench.target("web-1", of: balancer)
            let before = bench.nginx.fileText
            // `nginx -t` does not listen, so it finds nothing wrong with a port that somebody else has.
            let app = try bench.app("web-2")
            try bench.nginx.include("server { listen \(app.address):\(app.port); }", as: "taken.conf")
            let error = await #expect(throws: DeployError.self) { try await balancer.drain(target) }
            #expect(
                error?.message.contains("did not take its new configuration") == true, "\(String(describing: error))")
            #expect(bench.nginx.fileText == before)
            #expect(try await bench.state(of: target, balancer) == .assumedInService)
            #expect(try await bench.request().status == 200)
        }
    }

    @Test func `a file that nginx does not read is refused in preflight`() async throws {
        try await NginxBench.run { bench in
            let stray = try bench.lab.write("upstream web { server 10.0.0.1; }", to: "stray.conf")
            let balancer = try bench.balancer { $0.file = stray }
            let error = await #expect(throws: DeployError.self) { _ = try await balancer.preflight() }
            #expect(error?.message.contains("does not read") == true)
            #expect(error?.hint == "add `include \(stray);` to its configuration")
        }
    }

    @Test func `what is missing is named`() async throws {
        try await NginxBench.run { bench in
            let missing = bench.lab.path("missing.conf")
            let noFile = await #expect(throws: DeployError.self) {
                _ = try await bench.balancer { $0.file = missing }.preflight()
            }
            #expect(noFile?.message == "nginx has no file `\(missing)`")
            let noMaster = await #expect(throws: DeployError.self) {
                _ = try await bench.balancer { $0.pidFile = missing }.preflight()
            }
            #expect(noMaster?.code == .balancerUnreachable)
            let noUpstream = await #expect(throws: DeployError.self) {
                _ = try await bench.balancer { $0.upstream = "shop" }.preflight()
            }
            #expect(noUpstream?.evidence == ["it has: web"])
        }
    }

    @Test func `a change in hand makes every state unknown, and no other begins`() async throws {
        try await NginxBench.run { bench in
            let balancer = try bench.balancer()
            let target = try await bench.target("web-1", of: balancer)
            let before = bench.nginx.fileText
            let backup = "\(bench.nginx.folder)/upstreams/.web.conf.deploy-backup"
            try FileManager.default.linkItem(atPath: bench.nginx.file, toPath: backup)
            #expect(try await bench.state(of: target, balancer)?.isInRotation == false)
            let error = await #expect(throws: DeployError.self) { try await balancer.drain(target) }
            #expect(error?.message.contains("is in hand") == true)
            #expect(bench.nginx.fileText == before)
            try FileManager.default.removeItem(atPath: backup)
            try await balancer.drain(target)
        }
    }

    @Test func `servers that are taken out at the same time are all out`() async throws {
        try await NginxBench.run(["web-1", "web-2", "web-3", "web-4"]) { bench in
            let balancer = try bench.balancer()
            let names: [HostName] = ["web-1", "web-2", "web-3"]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for name in names {
                    group.addTask { try await balancer.drain(try await bench.target(name, of: balancer)) }
                }
                try await group.waitForAll()
            }
            let fixture = NginxFixture(bench: bench, balancer: balancer)
            #expect(try await fixture.hostsAnswering(8) == ["web-4"])
        }
    }

    @Test func `two drivers that change the same file lose nothing`() async throws {
        try await NginxBench.run(["web-1", "web-2", "web-3"]) { bench in
            let balancers = [try bench.balancer(run: "a"), try bench.balancer(run: "b")]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (balancer, name) in zip(balancers, ["web-1", "web-2"] as [HostName]) {
                    group.addTask { try await balancer.drain(try await bench.target(name, of: balancer)) }
                }
                try await group.waitForAll()
            }
            #expect(bench.nginx.fileText.contains("down by deploy a\n"))
            #expect(bench.nginx.fileText.contains("down by deploy b\n"))
        }
    }

    @Test func `sudo that is refused is named`() async throws {
        try await NginxBench.run { bench in
            let folder = try bench.lab.makeDirectory("bin")
            try bench.lab.write(
                "#!/bin/sh\necho 'sudo: a password is required' >&2\nexit 1\n", to: "bin/sudo", mode: 0o755)
            try bench.lab.write("#!/bin/sh\necho 1000\n", to: "bin/id", mode: 0o755)
            let script = "PATH=\(folder):$PATH; \(NginxShell.becomingRoot)"
            let result = try await bench.lab.command(["/bin/sh", "-c", script, "sh", "echo $1", "a b"])
            #expect(result.errorText.contains("password is required"))
            let root = try await bench.lab.command([
                "/bin/sh", "-c", "id() { echo 0; }; \(NginxShell.becomingRoot)", "sh", "echo \"$1\"", "a b",
            ])
            #expect(root.text == "a b\n")
        }
    }
}
