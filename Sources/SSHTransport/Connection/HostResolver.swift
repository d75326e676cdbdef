import Dispatch
import NIOCore
import NIOPosix

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Resolves one name by the system's resolver, off the event loop.
///
/// SwiftNIO's own resolver does one name after the other on each loop, so that a name that hangs would delay all hosts. This one
/// also tells when the addresses are there, so that an error can name the phase it happened in.
final class HostResolver: Resolver, Sendable {
    private let eventLoop: any EventLoop
    private let v4Addresses: EventLoopPromise<[SocketAddress]>
    private let v6Addresses: EventLoopPromise<[SocketAddress]>
    private let isWanted: @Sendable (SocketAddress) -> Bool
    private let didResolve: @Sendable () -> Void

    /// - Parameters:
    ///   - isWanted: whether an address is to be tried.
    ///   - didResolve: called on the event loop.
    init(
        eventLoop: any EventLoop, isWanted: @escaping @Sendable (SocketAddress) -> Bool,
        didResolve: @escaping @Sendable () -> Void
    ) {
        self.eventLoop = eventLoop
        self.isWanted = isWanted
        self.didResolve = didResolve
        v4Addresses = eventLoop.makePromise()
        v6Addresses = eventLoop.makePromise()
    }

    /// One call of getaddrinfo(3) serves both queries; SwiftNIO asks for AAAA first.
    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        DispatchQueue.global().async {
            let result = Self.resolve(host: host, port: port)
            self.eventLoop.execute {
                switch result {
                case .success(let all):
                    let addresses = all.filter(self.isWanted)
                    guard !addresses.isEmpty else {
                        let none = HostResolutionError(number: EAI_NONAME, message: "it has no address of that family")
                        self.v6Addresses.fail(none)
                        self.v4Addresses.fail(none)
                        return
                    }
                    self.didResolve()
                    self.v6Addresses.succeed(addresses.filter { $0.protocol == .inet6 })
                    self.v4Addresses.succeed(addresses.filter { $0.protocol == .inet })
                case .failure(let error):
                    self.v6Addresses.fail(error)
                    self.v4Addresses.fail(error)
                }
            }
        }
        return v6Addresses.futureResult
    }

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        v4Addresses.futureResult
    }

    /// getaddrinfo(3) cannot be interrupted; its thread ends by itself.
    func cancelQueries() {}

    private static func resolve(host: String, port: Int) -> Result<[SocketAddress], HostResolutionError> {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = SocketType.stream
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &list)
        guard status == 0 else {
            return .failure(HostResolutionError(number: status, message: String(cString: gai_strerror(status))))
        }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let entry = next?.pointee {
            if let address = entry.ai_addr {
                switch entry.ai_family {
                case AF_INET:
                    address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                        addresses.append(SocketAddress($0.pointee, host: host))
                    }
                case AF_INET6:
                    address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                        addresses.append(SocketAddress($0.pointee, host: host))
                    }
                default: break
                }
            }
            next = entry.ai_next
        }
        return .success(addresses)
    }
}

extension SSHAddressFamily {
    func holds(_ address: SocketAddress) -> Bool {
        switch self {
        case .any: true
        case .ipv4: address.protocol == .inet
        case .ipv6: address.protocol == .inet6
        }
    }
}

/// What getaddrinfo(3) said.
struct HostResolutionError: Error, Sendable, CustomStringConvertible {
    var number: CInt
    var message: String

    var description: String { message }
}
