import TestSupport

extension FaultBench {
    /// Leaves a request in progress on a host that takes longer than any drain of these scenarios, and answers with the
    /// clients: the request ends with them.
    func holdRequests(on host: LabHost) async throws -> [LabProcess] {
        let unit = LabLog(path: "\(host.folder)/units/\(LabHost.unit)").text
        try lab.write(unit + "SLOW_SECONDS=60\nDIES_AT_ONCE=1\n", to: "hosts/\(host.name)/units/\(LabHost.unit)")
        try await host.systemctl("restart")
        try await eventually("the service of \(host.name)", log: host.serviceLog) {
            try await lab.command(["curl", "-sf", "http://\(host.appAddress):\(host.appPort)/healthz"]).succeeded
        }
        try await fleet.haproxy.waitUntilInService()
        let url = try fleet.haproxy.url()
        // One for each host, as HAProxy goes round.
        let clients = try fleet.hosts.map { try lab.start("client-of-\($0.name)", ["curl", "-s", "\(url)/slow"]) }
        try await eventually("a request on \(host.name)") {
            (try await fleet.haproxy.members()["web/\(host.name)"]?.sessions ?? 0) > 0
        }
        return clients
    }
}
