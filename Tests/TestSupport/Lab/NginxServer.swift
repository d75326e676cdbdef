import Foundation

/// A real nginx in front of one upstream, whose `server` lines are in a file of their own.
///
/// Requests are never passed on to another server, unless asked for: one that was sent to a host that is down shows as a
/// failure.
package final class NginxServer: Sendable {
    package let folder: String
    /// The file with the upstream.
    package let file: String
    package let url: String
    package let process: LabProcess

    /// How it is called.
    package var command: [String] { ["nginx", "-c", "\(folder)/nginx.conf"] }
    package var pidFile: String { "\(folder)/nginx.pid" }
    package var log: LabLog { LabLog(path: "\(folder)/error.log") }
    /// What a person or a tool wrote into the file.
    package var fileText: String { LabLog(path: file).text }

    /// Starts nginx, and answers once it accepts connections.
    ///
    /// - Parameter servers: addresses with ports.
    package static func start(
        in lab: Lab, upstream: String = "web", servers: [String], passesOn: Bool = false
    ) async throws -> NginxServer {
        let name = lab.uniqueName("nginx")
        let folder = try lab.makeDirectory(name)
        let address = LabAddress.next()
        let port = try LabAddress.freePort(on: address)
        let lines = servers.map { "    server \($0) max_fails=0;\n" }.joined()
        let file = try lab.write(
            "# The hosts of \(upstream).\nupstream \(upstream) {\n\(lines)    keepalive 8;\n}\n",
            to: "\(name)/upstreams/\(upstream).conf")
        let temporaries = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "    \($0)_temp_path \(folder)/\($0);\n" }.joined()
        try lab.write(
            """
            daemon off;
            pid \(folder)/nginx.pid;
            error_log \(folder)/error.log notice;
            worker_processes 2;
            events { worker_connections 512; }
            http {
                access_log off;
            \(temporaries)    include \(folder)/upstreams/*.conf;
                server {
                    listen \(address):\(port) backlog=512;
                    location / {
                        proxy_pass http://\(upstream);
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                        \(passesOn ? "" : "proxy_next_upstream off;")
                    }
                }
            }

            """, to: "\(name)/nginx.conf")
        let process = try lab.start("nginx-\(name)", ["nginx", "-c", "\(folder)/nginx.conf"])
        let server = NginxServer(
            folder: folder, file: file, url: "http://\(address):\(port)", process: process)
        try await eventually("nginx to start its workers", log: server.log) {
            if let end = process.poll() { throw LabError("nginx ended: \(end)", logTail: process.log.tail()) }
            return server.log.text.contains("start worker process ")
        }
        return server
    }

    private init(folder: String, file: String, url: String, process: LabProcess) {
        self.folder = folder
        self.file = file
        self.url = url
        self.process = process
    }

    /// Writes a further file that nginx reads at its next reload.
    package func include(_ text: String, as name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/upstreams/\(name)"))
    }

    /// The names in the folder of the managed file.
    package var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/upstreams")) ?? []).sorted()
    }
}
