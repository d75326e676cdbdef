import DeployModel
import InventoryLoading
import TestSupport
import Testing

/// Each source of hosts keeps what every source keeps.
struct HostSourceConformanceTests {
    @Test func `a program that prints hosts`() async throws {
        func program(_ answer: String) -> CommandHostSource {
            CommandHostSource(["hosts"], directory: "/") { (_, _) throws(DeployError) in Array(answer.utf8) }
        }
        try await HostSourceConformance.check(
            program(#"{"b": {}, "a": {}}"#), empty: program("{}"), broken: program("nonsense"))
    }

    @Test func `an Ansible inventory`() async throws {
        let fleet = AnsibleFleet(run: { _ in [] }, find: { _ in nil })
        func ansible(_ path: String, _ pattern: String) -> AnsibleHostSource {
            AnsibleHostSource(AnsibleSourceConfiguration(path: path, pattern: pattern), fleet: fleet)
        }
        try await HostSourceConformance.check(
            ansible("web-2,web-1,", "all"), empty: ansible("web-1,", "db"), broken: ansible("/nonexistent", "all"))
    }
}
