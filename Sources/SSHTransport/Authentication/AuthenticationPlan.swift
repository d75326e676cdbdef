#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

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
            /// The file's passphrase has to be asked for.
            case locked(IdentityFile)
        }

        /// The public key as libssh2 is to be given it: an RSA key's under the name of the signature algorithm.
        package var blob: [UInt8]

        /// The signature algorithm libssh2 1.10 will name; 1.11 may name a better one for RSA, so sign by `SignatureRequest`.
        package var algorithm: String

        package var signer: Signer

        /// The certificate that is offered with the key.
        package var certificate: UserCertificate?

        /// What is offered, for messages: a path, or the comment of a key in the agent.
        package var source: String {
            if let certificate { return certificate.source }
            switch signer {
            case .key(let key): return key.source
            case .agent(let identity): return identity.comment
            case .locked(let file): return file.path
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
            /// The certificate holds another key than those that are there.
            case withoutKey
            case expired
            case notYetValid
            /// The server would have hung up before it.
            case tooMany

            /// A clause to stand after the key's source.
            package var description: String {
                switch self {
                case .unusable(let error): error.hint.isEmpty ? error.reason : "\(error.reason) (\(error.hint))"
                case .notInAgent: "the ssh-agent does not hold its private key"
                case .unsupported(let keyType) where keyType.hasSuffix(UserCertificate.typeSuffix):
                    "libssh2 before 1.11 cannot log in with a `\(keyType)` certificate; one of an ECDSA key works"
                case .unsupported(let keyType): "keys of type `\(keyType)` are not supported"
                case .withoutKey: "the private key of this certificate is not among the keys"
                case .expired: "the certificate has expired"
                case .notYetValid: "the certificate does not hold yet"
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

    /// Chooses the offers: configured keys in their order, from the file or else from the agent, then the agent's others. A
    /// certificate goes right before its key.
    ///
    /// - Parameters:
    ///   - identities: the configured keys, as they could be read.
    ///   - certificates: those that could be read; one that has expired, or does not hold yet at `now`, is left out.
    ///   - agentIdentities: what the agent holds; empty without an agent.
    ///   - identitiesOnly: leaves out what the agent holds beyond the configured keys.
    ///   - serverBanner: the server's identification: `SSH-2.0-OpenSSH_9.2p1 Debian-2`.
    ///   - limit: how many offers there may be.
    package init(
        identities: [Identity], certificates: [UserCertificate] = [], agentIdentities: [AgentIdentity],
        identitiesOnly: Bool, serverBanner: String, libssh2 version: LibSSH2Version, now: Date = Date(),
        limit: Int = AuthenticationPlan.maximumOffers
    ) {
        let candidates = candidates(identities, agentIdentities, identitiesOnly: identitiesOnly)
        let rsa = SignatureAlgorithm.rsaOffer(serverBanner: serverBanner, libssh2: version)
        var lastResorts: [Offer] = []
        let held = valid(certificates, at: now, keys: candidates.map(\.blob))
        for (blob, signer) in candidates {
            for certificate in held where certificate.publicKeyBlob == blob {
                add(
                    Offer(
                        blob: certificate.blob, algorithm: certificate.keyType, signer: signer, certificate: certificate
                    ),
                    keyType: certificate.keyType, version, limit)
            }
            let keyType = PublicKeyBlob.keyType(of: blob) ?? ""
            let offer =
                keyType == "ssh-rsa"
                ? Offer(rsa: blob, algorithm: rsa.first, signer: signer)
                : Offer(blob: blob, algorithm: keyType, signer: signer)
            if add(offer, keyType: keyType, version, limit), keyType == "ssh-rsa", let last = rsa.last {
                lastResorts.append(Offer(rsa: blob, algorithm: last, signer: signer))
            }
        }
        offers += lastResorts.prefix(max(0, limit - offers.count))
    }

    // MARK: Private

    @discardableResult
    private mutating func add(_ offer: Offer, keyType: String, _ version: LibSSH2Version, _ limit: Int) -> Bool {
        guard SignatureAlgorithm.isSupported(keyType: keyType, libssh2: version) else {
            leftOut.append(LeftOut(source: offer.source, reason: .unsupported(keyType: keyType)))
            return false
        }
        guard offers.count < limit else {
            leftOut.append(LeftOut(source: offer.source, reason: .tooMany))
            return false
        }
        offers.append(offer)
        return true
    }

    private mutating func valid(
        _ certificates: [UserCertificate], at now: Date, keys: [[UInt8]]
    ) -> [UserCertificate] {
        certificates.filter { certificate in
            let reason: LeftOut.Reason?
            if !keys.contains(certificate.publicKeyBlob) {
                reason = .withoutKey
            } else if let end = certificate.validBefore, end <= now {
                reason = .expired
            } else if let start = certificate.validAfter, start > now {
                reason = .notYetValid
            } else {
                reason = nil
            }
            if let reason { leftOut.append(LeftOut(source: certificate.source, reason: reason)) }
            return reason == nil
        }
    }

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
            case .locked(let blob, let file, _):
                // An agent that holds it needs no passphrase.
                let held = agentIdentities.first { $0.blob == blob }
                add(blob, held.map { .agent($0) } ?? .locked(file))
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
