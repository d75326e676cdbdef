package import Logging
package import NIOCore

extension SSHConnection {
    /// Asks a server for its keys of every type there is, one after the other, without a login.
    ///
    /// - Returns: at least one key, in the order in which they are preferred.
    /// - Throws: where the server cannot be reached, or has no key of a type that can be used.
    package static func hostKeys(
        _ settings: SSHConnectionSettings, through jumps: JumpHosts? = nil, on eventLoop: any EventLoop, logger: Logger
    ) async throws(SSHError) -> [HostKey] {
        let types = [
            ["ssh-ed25519"], EllipticCurve.allCases.map(\.keyType), ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"],
        ]
        var keys: [HostKey] = []
        var missing: SSHError?
        for types in types {
            do {
                keys.append(try await hostKey(settings, ofTypes: types, through: jumps, on: eventLoop, logger: logger))
            } catch {
                // No key of this type, and perhaps one of another.
                guard error.code == .keyExchangeFailed else { throw error }
                missing = error
            }
        }
        if keys.isEmpty, let missing { throw missing }
        return keys
    }
}
