/// Orders the host key algorithms to ask a server for, best first: libssh2's `LIBSSH2_METHOD_HOSTKEY`.
///
/// Those of the known keys come first: a server that has the known key must not be led to show another, which would look
/// like a changed one. The others follow, so that a server with new keys only is told from one that cannot be talked to.
/// Names that libssh2 does not know it leaves out by itself.
///
/// - Parameter knownTypes: the types of the keys known for the host (`KnownHosts.knownKeyTypes`).
package func hostKeyPreference(knownTypes: [String]) -> [String] {
    let rsa = ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"]
    let all = ["ssh-ed25519"] + EllipticCurve.allCases.map(\.keyType) + rsa
    let known = knownTypes.flatMap { type in type == "ssh-rsa" ? rsa : all.filter { $0 == type } }
    return known + all.filter { !known.contains($0) }
}
