import Testing

@testable import Balancers

/// The managed file: what is read out of it, and what a change leaves alone.
struct UpstreamFileTests {
    private static let block = """
        # written by hand
        upstream web {
            ip_hash;
            server 10.0.0.1:3000 weight=2;   # the big one
            server "10.0.0.2:3000" max_fails=3 down;
            server unix:/run/app.sock backup;
        }
        upstream other { server 10.0.0.1:4000; }
        server { listen 80; server_name a; location / { proxy_pass http://web; } }

        """

    @Test func `the servers of one upstream are read`() throws {
        let file = try UpstreamFile(Self.block, upstream: "web")
        #expect(file.servers.map(\.address) == ["10.0.0.1:3000", "10.0.0.2:3000", "unix:/run/app.sock"])
        #expect(file.servers.map(\.isDown) == [false, true, false])
        #expect(try UpstreamFile(Self.block, upstream: "other").servers.map(\.address) == ["10.0.0.1:4000"])
    }

    @Test func `a file without a block holds the inside of one`() throws {
        let file = try UpstreamFile("server a:1;server b:2 down; # server c;\n", upstream: "web")
        #expect(file.servers.map(\.address) == ["a:1", "b:2"])
    }

    @Test(arguments: ["upstream web { server a;", "server a", "server \"a;", "}", "upstream web { } }"])
    func `what is not whole is refused`(text: String) {
        #expect(throws: UpstreamFile.Problem.unfinished) { try UpstreamFile(text, upstream: "web") }
    }

    @Test func `another upstream's file is refused with what it has`() {
        #expect(throws: UpstreamFile.Problem.noSuchUpstream(found: ["web", "other"])) {
            try UpstreamFile(Self.block, upstream: "shop")
        }
    }

    @Test(arguments: [
        ("server a:1;", "server a:1 down; # down by deploy r-1"),
        ("server a:1 weight=2 ;\n", "server a:1 weight=2  down; # down by deploy r-1\n"),
        ("server a:1; # mine\n", "server a:1 down; # down by deploy r-1 # mine\n"),
        ("server a:1; server b:2;", "server a:1 down; # down by deploy r-1\n server b:2;"),
        ("server a:1;\r\nserver b:2;\r\n", "server a:1 down; # down by deploy r-1\r\nserver b:2;\r\n"),
        ("server a:1 down; # down by deploy old\n", "server a:1 down; # down by deploy r-1\n"),
        ("server a:1 down;", "server a:1 down; # down by deploy r-1"),
    ])
    func `a server is taken out by a word and a mark`(before: String, after: String) throws {
        let file = try UpstreamFile(before, upstream: "web")
        #expect(file.text(changing: ["a:1": "r-1"]) == after)
        let changed = try UpstreamFile(after, upstream: "web")
        #expect(changed.servers.first?.isDown == true)
        #expect(changed.servers.first?.run == "r-1")
        #expect(changed.servers.map(\.address) == file.servers.map(\.address))
    }

    @Test(arguments: [
        "server a:1;", "server a:1 weight=2;\n", "server a:1; # mine\n", "upstream web {\n\tserver a:1;\n}\n",
        "server a:1;\r\nserver b:2;\r\n", "server\n  a:1\n;\n",
    ])
    func `putting in again gives what a person wrote`(text: String) throws {
        let out = try UpstreamFile(text, upstream: "web").text(changing: ["a:1": "r-1"])
        #expect(out != text)
        #expect(try UpstreamFile(out, upstream: "web").text(changing: ["a:1": nil]) == text)
    }

    @Test func `a server that a person took out is put in`() throws {
        let file = try UpstreamFile("server a:1 down weight=3;", upstream: "web")
        #expect(file.text(changing: ["a:1": nil]) == "server a:1 weight=3;")
    }

    @Test func `a run's name cannot end the comment`() throws {
        let file = try UpstreamFile("server a:1;", upstream: "web")
        let text = file.text(changing: ["a:1": "x\n} evil;"])
        #expect(text == "server a:1 down; # down by deploy xevil")
    }

    @Test(arguments: [
        ("10.0.0.1:3000", "0100000A:0BB8"), ("127.0.0.1", "0100007F:0050"),
        ("[::1]:8080", "00000000000000000000000001000000:1F90"),
    ])
    func `an endpoint is written as the kernel does`(server: String, text: String) {
        #expect(KernelEndpoint(server: server)?.text == text)
    }

    @Test(arguments: ["unix:/run/a.sock", "web-1.internal:80", "10.0.0.1:x", "10.0.0.1:70000", "", "[::1"])
    func `what is no address has no endpoint`(server: String) {
        #expect(KernelEndpoint(server: server) == nil)
    }
}
