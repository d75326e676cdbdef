import Foundation

extension HAProxyServer {
    /// One line of `show servers state`, joined with `show stat`.
    package struct MemberState: Sendable, Equatable {
        /// `srv_op_state`: 0 stopped, 1 starting, 2 running, 3 stopping.
        package var operational: Int
        /// `srv_admin_state`: bit 1 forced maint, bit 8 forced drain.
        package var administrative: Int
        /// For people: `UP`, `DRAIN`, `MAINT`, …
        package var status: String
        /// How the last check ended: `L7OK`. Empty before the first one, when HAProxy still takes every server for healthy.
        package var check: String
        /// Sessions in progress.
        package var sessions: Int

        /// Healthy, and receives new requests.
        package var isInService: Bool { operational == 2 && administrative == 0 && status.hasPrefix("UP") }
    }

    /// Sends one command to the admin socket itself, past the recorder.
    ///
    /// - Throws: ``LabError`` when the socket does not answer.
    @discardableResult
    package func command(_ line: String) async throws -> String {
        try await Self.send(line, to: directSocket)
    }

    /// The state of every member, as `backend/server`.
    package func members() async throws -> [String: MemberState] {
        let statistics = try await table("show stat", separator: ",")
        let states = try await table("show servers state", separator: " ", skipping: 1)
        var members: [String: MemberState] = [:]
        for row in states {
            guard let backend = row["be_name"], let server = row["srv_name"] else { continue }
            let statistic = statistics.first { $0["pxname"] == backend && $0["svname"] == server }
            members["\(backend)/\(server)"] = MemberState(
                operational: row["srv_op_state"].flatMap { Int($0) } ?? -1,
                administrative: row["srv_admin_state"].flatMap { Int($0) } ?? -1,
                status: statistic?["status"] ?? "", check: statistic?["check_status"] ?? "",
                sessions: statistic?["scur"].flatMap { Int($0) } ?? -1)
        }
        return members
    }

    /// Waits until every member is healthy and receives requests.
    package func waitUntilInService(within limit: Duration = .seconds(15)) async throws {
        try await eventually("every member of HAProxy to be in service", within: limit, log: log) {
            try await members().values.allSatisfy { $0.isInService && $0.check == "L7OK" }
        }
    }

    // MARK: Private

    private func table(_ command: String, separator: Character, skipping: Int = 0) async throws -> [[String: String]] {
        let lines = try await self.command(command).split(separator: "\n").dropFirst(skipping)
        guard let header = lines.first else { return [] }
        let names = header.drop { $0 == "#" || $0 == " " }.split(separator: separator, omittingEmptySubsequences: false)
        return lines.dropFirst().map { line in
            let values = line.split(separator: separator, omittingEmptySubsequences: false)
            return Dictionary(zip(names.map(String.init), values.map(String.init))) { first, _ in first }
        }
    }
}
