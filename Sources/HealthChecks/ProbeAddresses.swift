import DeployModel
import Synchronization

/// One choice of address a port: a URL with placeholders may name another port from one release to the next.
final class ProbeAddresses: Sendable {
    private let forwarder: any PortForwarder
    private let choices = Mutex<[Int: HostAddressChoice]>([:])

    init(_ forwarder: any PortForwarder) { self.forwarder = forwarder }

    func choice(port: Int) -> HostAddressChoice {
        choices.withLock { choices in
            let choice = choices[port] ?? HostAddressChoice(port: port, forwarder: forwarder)
            choices[port] = choice
            return choice
        }
    }
}
