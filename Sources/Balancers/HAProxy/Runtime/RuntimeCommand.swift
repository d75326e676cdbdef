/// The commands of HAProxy's runtime API that the driver uses (HAProxy Management Guide, section 9.3).
enum RuntimeCommand {
    static let level = "show cli level"
    static let backends = "show backend"
    static let stickTables = "show table"

    /// One consistent reading: the process, and what it says about its servers in two tables.
    static func read(_ backends: some Sequence<String>) -> String {
        (["show info"] + backends.flatMap { ["show stat \($0) 4 -1", "show servers state \($0)"] })
            .joined(separator: ";")
    }

    /// No new requests; those in flight, idle connections and health checks go on.
    static func drain(_ server: ServerName) -> String { "set server \(server) state drain" }

    /// No new requests, from sticky clients neither; health checks stop.
    static func maintain(_ server: ServerName) -> String { "set server \(server) state maint" }

    /// Takes back a drain or a maintenance; whether traffic comes is then the health checks' decision.
    static func ready(_ server: ServerName) -> String { "set server \(server) state ready" }

    /// Makes HAProxy see `rise` good checks before it believes the server again. On a server without a check this is for
    /// ever.
    static func forgetHealth(_ server: ServerName) -> String { "set server \(server) health down" }

    static func shutDownSessions(_ server: ServerName) -> String { "shutdown sessions server \(server)" }

    /// An agent that says `ready` would undo a drain within one of its intervals.
    static func disableAgent(_ server: ServerName) -> String { "disable agent \(server)" }
    static func enableAgent(_ server: ServerName) -> String { "enable agent \(server)" }
}
