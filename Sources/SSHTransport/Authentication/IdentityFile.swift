/// A key the user configured by its file.
///
/// A path that ends in `.pub` names the public key only: its private part is in the agent.
package struct IdentityFile: Sendable, Hashable {
    package var path: String

    package init(path: String) {
        self.path = path
    }

    /// Reads the file, and where that gives no private key, the public key to ask an agent for.
    ///
    /// Reads the disk, and an encrypted key takes a fraction of a second of work: not for an event loop.
    package func load(passphrase: [UInt8]?) -> Identity {
        if path.hasSuffix(".pub") {
            do {
                return .publicKey(blob: try PublicKeyFile.load(path), path: path, reason: nil)
            } catch {
                return .unusable(error)
            }
        }
        do {
            return .privateKey(try PrivateKey(contentsOf: path, passphrase: passphrase))
        } catch {
            // What an agent holds by the same public key does as well, even where others may read the file.
            guard let blob = error.publicKeyBlob ?? (try? PublicKeyFile.load(path + ".pub")) else {
                return .unusable(error)
            }
            return .publicKey(blob: blob, path: path, reason: error)
        }
    }
}
