/// What a file that should hold a private key looks like from its first lines.
enum PrivateKeyFormat: Hashable {
    case openSSH
    case pem
    /// Something known that cannot be used: what it is, and what to do about it.
    case other(String, hint: String)
    case unknown

    init(of text: OpenSSHKeyFile.LentBytes) {
        func holds(_ mark: String) -> Bool { text.firstRange(of: mark.utf8) != nil }
        if holds(OpenSSHKeyFile.beginMarker) {
            self = .openSSH
        } else if holds("PRIVATE KEY-----") {
            self = .pem
        } else if holds("PuTTY-User-Key-File-") {
            self = .other("it is in PuTTY's format", hint: "convert it with `puttygen KEY -O private-openssh -o NEW`")
        } else if holds("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY") {
            self = .other("it is in the format of ssh.com", hint: "convert it with `ssh-keygen -i -f KEY`")
        } else if holds("PUBLIC KEY--") || PublicKeyFile.looksLikeOne(text) {
            self = .other(
                "it is a public key", hint: "name the private key's file, or end the name in .pub to use the agent")
        } else if holds("BEGIN CERTIFICATE") {
            self = .other("it is a certificate", hint: "name the private key's file")
        } else {
            self = .unknown
        }
    }
}
