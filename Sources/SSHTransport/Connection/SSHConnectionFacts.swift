/// What a connection has shown of its server and its account, besides what it was asked for.
package struct SSHConnectionFacts: Sendable {
    /// What the server took.
    package var login: LoginRecord?
    /// How many commands the server lets run at once, where that is less than was asked for (`MaxSessions`).
    package var sessionLimit: Int?
    /// The beginning of what the account's login shell printed to standard output before a command began. A program whose
    /// output is a protocol, such as rsync, breaks on it.
    package var loginShellText: String

    package init(login: LoginRecord? = nil, sessionLimit: Int? = nil, loginShellText: String = "") {
        self.login = login
        self.sessionLimit = sessionLimit
        self.loginShellText = loginShellText
    }
}

/// How many sessions the server had open for us at once, and at how many it refused another one.
struct SessionCount {
    private var most = 0
    private var refusedAt: Int?

    /// A server that still counts a closed session refuses one more than it should, so that more have been open counts.
    var limit: Int? {
        refusedAt.flatMap { $0 >= most ? $0 : nil }
    }

    mutating func opened(_ count: Int) {
        most = max(most, count)
    }

    mutating func refused(beside count: Int) {
        guard count > 0 else { return }
        refusedAt = min(refusedAt ?? count, count)
    }
}
