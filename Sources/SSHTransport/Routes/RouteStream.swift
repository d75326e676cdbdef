import NIOConcurrencyHelpers

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A byte stream to a server that is no TCP connection of this machine: one end of a local pair of sockets, whose other end a
/// jump host's connection or a proxy command serves.
final class RouteStream: Sendable {
    let origin: any RouteOrigin
    private let descriptor: NIOLockedValueBox<CInt?>

    /// Takes over the descriptor, and closes it unless somebody takes it from here.
    init(descriptor: CInt, origin: any RouteOrigin) {
        self.descriptor = NIOLockedValueBox(descriptor)
        self.origin = origin
    }

    deinit {
        guard let descriptor = takeDescriptor() else { return }
        close(descriptor)
        origin.end()
    }

    /// Gives the descriptor away, and with it the duty to end the origin; nil the second time.
    func takeDescriptor() -> CInt? {
        descriptor.withLockedValue { $0.take() }
    }
}
