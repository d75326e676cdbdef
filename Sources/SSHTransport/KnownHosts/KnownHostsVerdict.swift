/// What `known_hosts` says of the key a server showed.
package enum KnownHostsVerdict: Hashable, Sendable {
    /// The host is known with this very key.
    case accepted

    /// The host is not known at all.
    case unknown

    /// The host is known with other keys, of the same type or of another: these.
    case changed([KnownHostsEntry])

    /// The key is marked as stolen or withdrawn, whatever else is said of it.
    case revoked(KnownHostsEntry)
}
