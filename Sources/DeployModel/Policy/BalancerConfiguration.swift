/// Which balancer stands in front of the hosts, and how long its steps may take.
package struct BalancerConfiguration: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// No balancer: every restart in place is downtime for its host, and the plan says so.
        case none
        case haproxy(HAProxyConfiguration)
        case awsTargetGroup(AWSTargetGroupConfiguration)
        case nginx(NginxConfiguration)
        case command(CommandBalancerConfiguration)
        case webhook(WebhookBalancerConfiguration)
        /// Several balancers; a host is out of rotation when all that hold it say so.
        case several([BalancerPart])

        /// The word for it in the inventory.
        package var word: String {
            switch self {
            case .none: "none"
            case .haproxy: "haproxy"
            case .awsTargetGroup: "aws_target_group"
            case .nginx: "nginx"
            case .command: "command"
            case .webhook: "webhook"
            case .several: "several"
            }
        }
    }

    /// What ends a drain.
    package enum DrainEnd: String, Sendable, Hashable, CaseIterable {
        /// The balancer says that it is over.
        case state
        /// The host has no connection to its target's port any more, where the balancer itself cannot count.
        case connections
    }

    package enum DrainTimeoutReaction: String, Sendable, Hashable, CaseIterable {
        /// Put the target back and count the host as failed.
        case fail
        /// Go on although requests may still be in flight; an event says so.
        case proceed
    }

    package var kind: Kind
    /// The longest wait for in-flight work; `nil` takes the driver's default (60 s where it has none of its own).
    package var drainTimeout: Duration?
    package var drainEnd: DrainEnd
    package var onDrainTimeout: DrainTimeoutReaction
    /// The longest wait for the balancer to call an enabled target healthy; `nil` takes the driver's default.
    package var enableTimeout: Duration?
    /// Puts a host back into rotation, run by the host itself when its dead-man switch fires; `nil` where nothing can.
    package var rejoin: Step?

    package init(
        kind: Kind = .none, drainTimeout: Duration? = nil, drainEnd: DrainEnd = .state,
        onDrainTimeout: DrainTimeoutReaction = .fail, enableTimeout: Duration? = nil
    ) {
        self.kind = kind
        self.drainTimeout = drainTimeout
        self.drainEnd = drainEnd
        self.onDrainTimeout = onDrainTimeout
        self.enableTimeout = enableTimeout
    }

    /// What puts this host back into rotation from the host itself.
    package func rejoinSteps(of host: HostName) -> [Step] {
        guard case .several(let parts) = kind else { return rejoin.map { [$0] } ?? [] }
        return parts.filter { $0.hosts.contains(host) }.compactMap(\.balancer.rejoin)
    }

    /// What puts hosts back into rotation from the hosts themselves.
    package var rejoins: [Step] {
        let all = if case .several(let parts) = kind { parts.map(\.balancer.rejoin) } else { [rejoin] }
        return all.compactMap(\.self)
    }

    /// It has a health check of its own, which is ours where none is declared.
    package var checksHealthItself: Bool {
        switch kind {
        case .none, .haproxy, .nginx, .command, .webhook: false
        case .awsTargetGroup: true
        case .several(let parts): parts.allSatisfy(\.balancer.checksHealthItself)
        }
    }
}

/// One of several balancers, and the hosts that stand behind it.
package struct BalancerPart: Sendable, Hashable {
    /// As the inventory says it, such as `zone=a`; `nil` for all hosts.
    package var selection: String?
    /// Those of the selection that are deployed to.
    package var hosts: Set<HostName>
    /// Never several again.
    package var balancer: BalancerConfiguration

    package init(selection: String?, hosts: Set<HostName>, balancer: BalancerConfiguration) {
        self.selection = selection
        self.hosts = hosts
        self.balancer = balancer
    }
}

/// HAProxy's runtime API: one or several processes, their socket, and the backends that hold the hosts.
package struct HAProxyConfiguration: Sendable, Hashable {
    package enum Socket: Sendable, Hashable {
        /// An absolute path of a unix socket.
        case unix(path: String)
        case tcp(host: String, port: Int)
    }

    package enum Unreachable: String, Sendable, Hashable, CaseIterable {
        case fail, skip
    }

    /// The inventory's hosts that run HAProxy, reached through their SSH connections; empty: the socket is local.
    package var hosts: [HostName]
    package var socket: Socket
    /// Empty: every backend that holds the host.
    package var backends: [String]
    /// Talk to the socket through `sudo -n`.
    package var usesSudo: Bool
    package var unreachable: Unreachable

    package init(
        hosts: [HostName] = [], socket: Socket, backends: [String] = [], usesSudo: Bool = false,
        unreachable: Unreachable = .fail
    ) {
        self.hosts = hosts
        self.socket = socket
        self.backends = backends
        self.usesSudo = usesSudo
        self.unreachable = unreachable
    }
}
