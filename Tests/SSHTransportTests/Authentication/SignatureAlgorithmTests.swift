import SSHTransport
import Testing

struct SignatureAlgorithmTests {
    static let old = LibSSH2Version(1, 10, 0)

    @Test(arguments: [
        ("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10", old, "rsa-sha2-512", nil),
        ("SSH-2.0-OpenSSH_10.0", old, "rsa-sha2-512", nil),
        ("SSH-2.0-OpenSSH_8.8", old, "rsa-sha2-512", nil),
        ("SSH-2.0-OpenSSH_8.7", old, "rsa-sha2-512", "ssh-rsa"),
        ("SSH-2.0-OpenSSH_7.2p2 Ubuntu-4ubuntu2.10", old, "rsa-sha2-512", "ssh-rsa"),
        ("SSH-2.0-OpenSSH_7.1p2", old, "ssh-rsa", nil),
        ("SSH-2.0-OpenSSH_6.6.1", old, "ssh-rsa", nil),
        ("SSH-2.0-OpenSSH_for_Windows_9.5", old, "rsa-sha2-512", nil),
        ("SSH-2.0-OpenSSH_for_Windows", old, "rsa-sha2-512", "ssh-rsa"),
        ("SSH-2.0-OpenSSH_99999999999999999999.1", old, "rsa-sha2-512", "ssh-rsa"),
        ("SSH-2.0-dropbear_2022.83", old, "ssh-rsa", nil),
        ("SSH-2.0-Go", old, "ssh-rsa", nil),
        ("", old, "ssh-rsa", nil),
        ("SSH-2.0-OpenSSH_9.2p1", LibSSH2Version(1, 11, 0), "ssh-rsa", nil),
        ("SSH-2.0-OpenSSH_9.2p1", LibSSH2Version(1, 11, 1), "ssh-rsa", nil),
        ("SSH-2.0-OpenSSH_9.2p1", LibSSH2Version(1, 9, 0), "rsa-sha2-512", nil),
        ("SSH-2.0-dropbear_2022.83", LibSSH2Version(2, 0, 0), "ssh-rsa", nil),
    ])
    func `an RSA key is offered by what server and libssh2 both know`(
        banner: String, version: LibSSH2Version, first: String, last: String?
    ) {
        #expect(
            SignatureAlgorithm.rsaOffer(serverBanner: banner, libssh2: version)
                == SignatureAlgorithm.RSAOffer(first: first, last: last))
    }

    @Test(arguments: [
        ("1.10.0", LibSSH2Version(1, 10, 0)), ("1.11.2_DEV", LibSSH2Version(1, 11, 2)), ("1.11", nil), ("", nil),
        ("x.y.z", nil), ("1.99999999999999999999.0", nil),
    ])
    func `a version is read as libssh2 writes it`(text: String, version: LibSSH2Version?) {
        #expect(LibSSH2Version(text) == version)
    }
}
