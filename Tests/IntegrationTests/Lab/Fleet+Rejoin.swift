import TestSupport

extension Fleet {
    /// `lease`, `rollout` and `balancer` of an inventory whose hosts act for themselves after ten seconds, and put themselves
    /// back into rotation once they answer.
    func deadManSections() throws -> [String: String] {
        let rejoin = try lab.write(Self.rejoin, to: "rejoin.py")
        let arguments = "\(haproxy.socket) \(hosts.first?.appPort ?? 0)"
        return [
            "lease": "{ ttl: 10s }", "rollout": "{ dead_man: 10s }",
            "balancer": """
              haproxy: { socket: \(haproxy.socket), backends: [web] }
              drain: { timeout: 60s }
              rejoin: { run: python3 \(rejoin) \(arguments) }
            """,
        ]
    }

    private static let rejoin = """
        import os, socket, sys, time, urllib.request
        url = "http://%s:%s/healthz" % (os.environ["DEPLOY_ADDRESS"], sys.argv[2])
        for attempt in range(200):
            try:
                if urllib.request.urlopen(url, timeout=2).status == 200:
                    break
            except OSError:
                time.sleep(0.1)
        else:
            sys.exit("the service does not answer")
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(sys.argv[1])
        connection.sendall(("set server web/%s state ready\\n" % os.environ["DEPLOY_HOST"]).encode())
        connection.shutdown(socket.SHUT_WR)
        connection.recv(100)
        """
}
