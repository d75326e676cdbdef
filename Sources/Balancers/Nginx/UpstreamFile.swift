import DeployModel

/// The file that holds an upstream's `server` lines: read as nginx reads it, changed at single words. Everything else
/// stays as a person wrote it.
///
/// The file holds an `upstream` block, or only what stands inside of one and is included there.
struct UpstreamFile: Sendable, Hashable {
    /// One `server` line of the upstream.
    struct Server: Sendable, Hashable {
        /// As written: `10.0.0.1:3000`, `web-1.internal`, `unix:/run/app.sock`.
        var address: String
        var isDown: Bool
        /// The run that took it out, where one of ours did.
        var run: String?
        /// Where ` down` stands, with the blanks before it.
        fileprivate var downRange: Range<Int>?
        /// The position of the `;`.
        fileprivate var end: Int
        fileprivate var markRange: Range<Int>?
    }

    /// What the file says that this cannot be sure to understand.
    enum Problem: Error, Sendable, Equatable {
        case unfinished
        case noSuchUpstream(found: [String])
    }

    let text: String
    let servers: [Server]
    private let bytes: [UInt8]

    /// - Parameter upstream: the block to read; a file without any `upstream` block is read as the inside of one.
    init(_ text: String, upstream: String) throws(Problem) {
        self.text = text
        bytes = Array(text.utf8)
        var reader = DirectiveReader(bytes)
        var servers: [Server] = []
        var names: [String] = []
        var bare: [Server] = []
        while let directive = try reader.next() {
            switch (directive.words.first?.text, directive.ending) {
            case ("upstream", .block):
                if directive.words.count > 1 { names.append(directive.words[1].text) }
            case ("server", .semicolon):
                guard directive.words.count > 1 else { continue }
                if directive.blocks.last == ["upstream", upstream] { servers.append(Self.server(directive, bytes)) }
                if directive.blocks.isEmpty { bare.append(Self.server(directive, bytes)) }
            default:
                break
            }
        }
        if names.isEmpty { servers = bare } else if !names.contains(upstream) { throw .noSuchUpstream(found: names) }
        self.servers = servers
    }

    /// The text with some servers taken out or put in; the others and everything around them stay as they are.
    ///
    /// - Parameter changes: by address: the run that takes it out, or `nil` to put it in.
    func text(changing changes: [String: String?]) -> String {
        var result = bytes
        // From the end: positions before a change stay what they are.
        for server in servers.reversed() {
            guard let change = changes[server.address] else { continue }
            if let mark = server.markRange { result.removeSubrange(mark) }
            if let run = change {
                result.insert(contentsOf: Array(mark(of: run, after: server).utf8), at: server.end + 1)
                if !server.isDown { result.insert(contentsOf: Array(" down".utf8), at: server.end) }
            } else if let down = server.downRange {
                result.removeSubrange(down)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    // MARK: Private

    private static let markPrefix = " # down by deploy "

    private func mark(of run: String, after server: Server) -> String {
        // A comment reaches to the end of the line, so what follows there needs a line of its own.
        let rest = bytes[(server.end + 1)...].prefix { $0 != UInt8(ascii: "\n") }.drop { $0 == 0x20 || $0 == 0x09 }
        let isFree = rest.isEmpty || rest.first == UInt8(ascii: "#") || rest.first == UInt8(ascii: "\r")
        let id = String(decoding: run.utf8.filter(Self.isRunByte), as: UTF8.self)
        return Self.markPrefix + id + (isFree ? "" : "\n")
    }

    private static func server(_ directive: DirectiveReader.Directive, _ bytes: [UInt8]) -> Server {
        var server = Server(address: directive.words[1].text, isDown: false, end: directive.end)
        if let down = directive.words.dropFirst(2).first(where: { $0.text == "down" }) {
            var start = down.range.lowerBound
            while start > 0, [0x20, 0x09].contains(bytes[start - 1]) { start -= 1 }
            server.isDown = true
            server.downRange = start..<down.range.upperBound
        }
        let prefix = Array(markPrefix.utf8)
        let rest = bytes[(directive.end + 1)...]
        if rest.starts(with: prefix) {
            let run = rest.dropFirst(prefix.count).prefix(while: isRunByte)
            server.run = String(decoding: run, as: UTF8.self)
            server.markRange = rest.startIndex..<run.endIndex
        }
        return server
    }

    private static func isRunByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
