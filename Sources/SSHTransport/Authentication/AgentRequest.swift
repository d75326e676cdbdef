/// What we ask an ssh-agent, as bytes, and what its answers mean.
///
/// Source: [the agent protocol](https://datatracker.ietf.org/doc/html/draft-ietf-sshm-ssh-agent).
package struct AgentRequest: Hashable, Sendable {
    package enum Name: Hashable, Sendable {
        case listingKeys, signing

        var clause: String {
            switch self {
            case .listingKeys: "asked for its keys"
            case .signing: "asked to sign"
            }
        }
    }

    /// The longest answer that is read, as in OpenSSH (`MAX_AGENT_REPLY_LEN`).
    static let maximumAnswerBytes = 256 * 1024

    /// The most keys that are read from an answer, as in OpenSSH (`MAX_AGENT_IDENTITIES`).
    static let maximumIdentities = 2048

    /// Asks for an RSA signature with SHA-256, or SHA-512, instead of SHA-1.
    static let rsaSHA256Flag: UInt32 = 2
    static let rsaSHA512Flag: UInt32 = 4

    let name: Name

    /// The message without its length.
    let message: [UInt8]

    static let identities = AgentRequest(name: .listingKeys, message: [11])

    static func sign(blob: [UInt8], data: [UInt8], flags: UInt32) -> AgentRequest {
        var message: [UInt8] = [13]
        message.appendSSH(string: blob)
        message.appendSSH(string: data)
        message.appendSSH(uint32: flags)
        return AgentRequest(name: .signing, message: message)
    }

    /// The message with its length before it.
    var frame: [UInt8] {
        var frame: [UInt8] = []
        frame.appendSSH(string: message)
        return frame
    }
}
