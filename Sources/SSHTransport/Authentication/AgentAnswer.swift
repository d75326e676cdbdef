/// Reads an ssh-agent's answers. None of them is trusted to be well formed.
enum AgentAnswer {
    enum Failure: Error, Hashable {
        /// `SSH_AGENT_FAILURE`, or the failures of old and commercial agents.
        case refused
        case malformed(String)
    }

    /// Reads the keys of an answer to `AgentRequest.identities`.
    static func identities(in message: [UInt8]) throws(Failure) -> [AgentIdentity] {
        try parse(message, type: 12) { (reader) throws(SSHWire.Malformed) in
            let count = try reader.uint32()
            guard count <= AgentRequest.maximumIdentities else {
                throw SSHWire.Malformed(expected: "at most \(AgentRequest.maximumIdentities) keys")
            }
            var identities: [AgentIdentity] = []
            for _ in 0..<count {
                let blob = Array(try reader.string())
                let comment = String(decoding: try reader.string(), as: UTF8.self)
                identities.append(AgentIdentity(blob: blob, comment: comment))
            }
            return identities
        }
    }

    /// Reads the signature of an answer to `AgentRequest.sign`: the algorithm it was made by, and the signature itself.
    static func signature(in message: [UInt8]) throws(Failure) -> (algorithm: String, signature: [UInt8]) {
        try parse(message, type: 14) { (reader) throws(SSHWire.Malformed) in
            var signature = SSHWire.Reader(try reader.string())
            let result = (try signature.text(), Array(try signature.string()))
            guard signature.isAtEnd else { throw SSHWire.Malformed(expected: "the signature's end") }
            return result
        }
    }

    private static func parse<Result>(
        _ message: [UInt8], type expected: UInt8,
        _ body: (inout SSHWire.Reader<ArraySlice<UInt8>>) throws(SSHWire.Malformed) -> Result
    ) throws(Failure) -> Result {
        guard let type = message.first else { throw .malformed("an empty message") }
        if failureTypes.contains(type) { throw .refused }
        guard type == expected else { throw .malformed("message \(type) instead of \(expected)") }
        var reader = SSHWire.Reader(message.dropFirst())
        do {
            return try body(&reader)
        } catch {
            throw .malformed(error.description)
        }
    }

    /// `SSH_AGENT_FAILURE`, and what the agents of SSH 2 (ssh.com) answer instead.
    private static let failureTypes: Set<UInt8> = [5, 30, 102]
}
