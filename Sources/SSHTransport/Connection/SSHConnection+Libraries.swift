import CLibCrypto

extension SSHConnection {
    /// The version of the system's libssh2, for instance `1.10.0`.
    package static var libraryVersion: String { LibSSH2Session.libraryVersion }

    /// The name and version of the system's cryptography library, for instance `OpenSSL 3.0.17`: what keys are read and
    /// signatures made with.
    package static var cryptoLibraryVersion: String {
        let text = OpenSSL_version(OPENSSL_VERSION).map { String(cString: $0) } ?? "OpenSSL"
        // The date of the release follows.
        return text.split(separator: " ").prefix(2).joined(separator: " ")
    }
}
