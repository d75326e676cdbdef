import TestSupport
import Testing

/// The hidden commands, beside the programs whose answers they give.
struct DebugCommandTests {
    @Test func `ssh-config prints what ssh -G prints`() async throws {
        try await Lab.run { lab in
            let file = try lab.write(
                "Host web\n  HostName %h.example.com\n  Port 2222\n  ProxyJump a,b@c:3\nHost *\n  IdentityFile ~/k\n",
                to: "config")
            let ours = try await lab.command([try Repository.product("deploy"), "debug", "ssh-config", file, "me@web"])
            #expect(ours.succeeded, "\(ours.errorText)")
            let theirs = Set(
                try await lab.command(["ssh", "-G", "-F", file, "me@web"]).text.split(separator: "\n"))
            let lines = ours.text.split(separator: "\n")
            #expect(lines.count > 14)
            for line in lines { #expect(theirs.contains(line)) }
            #expect(lines.contains("user me") && lines.contains("proxyjump a,b@c:3"))
        }
    }

    @Test func `ssh-config refuses a file by its wrong lines`() async throws {
        try await Lab.run { lab in
            let file = try lab.write("Port 22\nPort x\nNonsense 1\n", to: "config")
            let result = try await lab.command([try Repository.product("deploy"), "debug", "ssh-config", file, "web"])
            #expect(result.status == 2)
            #expect(result.text == "")
            let message = "\(file):2: `x` is no port\n\(file):3: `nonsense` is no keyword of ssh_config\n"
            #expect(result.errorText == message)
        }
    }

    @Test(arguments: [
        ("web-1", "22", "accept"), ("web-2", "22", "changed"), ("web-3", "22", "unknown"), ("web-4", "22", "revoked"),
        ("web-1", "2222", "accept"), ("web-5", "2222", "unknown"),
    ])
    func `known-hosts prints the verdict on a key`(host: String, port: String, verdict: String) async throws {
        let key = "AAAAC3NzaC1lZDI1NTE5AAAAIG2JUjCqOoVhU1lUZ6RAGpH8iUxhwFRWyqNhTTdnmUDL"
        let other = "AAAAC3NzaC1lZDI1NTE5AAAAIG2JUjCqOoVhU1lUZ6RAGpH8iUxhwFRWyqNhTTdnmUDM"
        try await Lab.run { lab in
            let first = try lab.write("web-1 ssh-ed25519 \(key)\nweb-2 ssh-ed25519 \(other)\n", to: "first")
            let second = try lab.write("@revoked web-4 ssh-ed25519 \(key)\n", to: "second")
            let result = try await lab.command([
                try Repository.product("deploy"), "debug", "known-hosts", "\(first),\(second),missing", host, port,
                "ssh-ed25519", key,
            ])
            #expect(result.text == verdict + "\n", "\(result.errorText)")
            #expect(result.status == 0)
        }
    }

    @Test func `known-hosts refuses what is no key`() async throws {
        try await Lab.run { lab in
            let result = try await lab.command([
                try Repository.product("deploy"), "debug", "known-hosts", "x", "web", "22", "ssh-ed25519", "!",
            ])
            #expect(result.status == 2)
            #expect(result.text == "")
        }
    }
}
