/// Which keys to offer a server, in which order, and which to leave out.
///
/// Each offer that fails costs one of the tries a server allows (OpenSSH's `MaxAuthTries`, 6), so there are at most five.
package struct AuthenticationPlan: Sendable {
    package static let maximumOffers = 5

    /// One try to log in.
    package struct Offer: Sendable {
        package enum Signer: Sendable {
            case key(PrivateKey)
            case agent(AgentIdentity)
        }

        /// The public key as libssh2 is to be given it: an RSA key's under the name of the signature algorithm.
        package var blob: [UInt8]

        /// The signature algorithm libssh2 1.10 will name; 1.11 may name a better one for RSA, so sign by `SignatureRequest`.
        package var algorithm: String

        package var signer: Signer

        /// What is offered, for messages: a path, or the comment of a key in the agent.
        package var source: String {
            switch signer {
            case .key(let key): key.source
            case .agent(let identity): identity.comment
            }
        }
    }

    /// A key that is not offered, and why.
    package struct LeftOut: Sendable, Hashable {
        package enum Reason: Sendable, Hashable, CustomStringConvertible {
            /// The private key cannot be used, and the agent does not hold it.
            case unusable(PrivateKeyError)
            /// Only the public key is there, and the agent does not hold it.
            case notInAgent
            /// libssh2 cannot log in with a key of this type.
            case unsupported(keyType: String)
            /// The server would have hung up before it.
            case tooMany

            /// A clause to stand after the key's source.
            package var description: String {
                switch self {
                case .unusable(let error): error.hint.isEmpty ? error.reason : "\(error.reason) (\(error.hint))"
                case .notInAgent: "the ssh-agent does not hold its private key"
                case .unsupported(let keyType): "keys of type `\(keyType)` are not supported"
                case .tooMany: "a server takes no more than \(AuthenticationPlan.maximumOffers) tries"
                }
            }
        }

        package var source: String
        package var reason: Reason
    }

    package private(set) var offers: [Offer] = []

    /// For the message when no offer was taken.
    package private(set) var leftOut: [LeftOut] = []

    /// Chooses the offers: configured keys in their order, from the file or else from the agent, then the agent's others.
    ///
    /// - Parameters:
    ///   - identities: the configured keys, as they could be read.
    ///   - agentIdentities: what the agent holds; empty without an agent.
    ///   - identitiesOnly: leaves out what the agent holds beyond the configured keys.
    ///   - serverBanner: the server's identification: `SSH-2.0-OpenSSH_9.2p1 Debian-2`.
    package init(
        identities: [Identity], agentIdentities: [AgentIdentity], identitiesOnly: Bool, serverBanner: String,
        libssh2 version: LibSSH2Version
    ) {
        let candidates = candidates(identities, agentIdentities, identitiesOnly: identitiesOnly)
        let rsa = SignatureAlgorithm.rsaOffer(serverBanner: serverBanner, libssh2: version)
        var lastResorts: [Offer] = []
        for (blob, signer) in candidates {
            let keyType = PublicKeyBlob.keyType(of: blob) ?? ""
            let offer =
                keyType == "ssh-rsa"
                ? Offer(rsa: blob, algorithm: rsa.first, signer: signer)
                : Offer(blob: blob, algorithm: keyType, signer: signer)
            guard SignatureAlgorithm.isSupported(keyType: keyType, libssh2: version) else {
                leftOut.append(LeftOut(source: offer.source, reason: .unsupported(keyType: keyType)))
                continue
            }
            guard offers.count < Self.maximumOffers else {
                leftOut.append(LeftOut(source: offer.source, reason: .tooMany))
                continue
            }
            offers.append(offer)
            if keyType == "ssh-rsa", let last = rsa.last {
                lastResorts.append(Offer(rsa: blob, algorithm: last, signer: signer))
            }
        }
        offers += lastResorts.prefix(Self.maximumOffers - offers.count)
    }

    // MARK: Private

    /// The keys that can sign, each once, by their own public keys; what cannot goes to `leftOut`.
    private mutating func candidates(
        _ identities: [Identity], _ agentIdentities: [AgentIdentity], identitiesOnly: Bool
    ) -> [(blob: [UInt8], signer: Offer.Signer)] {
        var candidates: [(blob: [UInt8], signer: Offer.Signer)] = []
        func add(_ blob: [UInt8], _ signer: Offer.Signer) {
            if !candidates.contains(where: { $0.blob == blob }) { candidates.append((blob, signer)) }
        }
        for identity in identities {
            switch identity {
            case .privateKey(let key): add(key.publicKeyBlob, .key(key))
            case .publicKey(let blob, let path, let error):
                if let held = agentIdentities.first(where: { $0.blob == blob }) {
                    add(blob, .agent(held))
                } else {
                    leftOut.append(LeftOut(source: path, reason: error.map { .unusable($0) } ?? .notInAgent))
                }
            case .unusable(let error): leftOut.append(LeftOut(source: error.source, reason: .unusable(error)))
            }
        }
        if !identitiesOnly {
            for identity in agentIdentities { add(identity.blob, .agent(identity)) }
        }
        return candidates
    }
}

extension AuthenticationPlan.Offer {
    /// An RSA key under the name of the algorithm it is to sign by.
    fileprivate init(rsa blob: [UInt8], algorithm: String, signer: Signer) {
        self.init(
            blob: SignatureAlgorithm.blob(blob, retypedTo: algorithm), algorithm: algorithm, signer: signer)
    }
}
