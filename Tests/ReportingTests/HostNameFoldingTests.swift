import DeployModel
import Testing

@testable import Reporting

struct HostNameFoldingTests {
    @Test(arguments: [
        ("web-1", "web-1"),
        ("web-1 web-2 web-3", "web-[1-3]"),
        ("web-3 web-1 web-2", "web-[1-3]"),
        ("web-1 web-3", "web-[1,3]"),
        ("web-9 web-10 web-11", "web-[9-11]"),
        ("web-01 web-02 web-10", "web-[01-02,10]"),
        ("web-09 web-10", "web-[09-10]"),
        ("web-1 web-01", "web-[1,01]"),
        ("web-1 web-1", "web-1"),
        ("db web-1 web-2 cache", "db,web-[1-2],cache"),
        ("web-1.eu-west-2.internal web-2.eu-west-2.internal", "web-[1-2].eu-west-2.internal"),
        ("ip-10-0-0-7 ip-10-0-0-8 ip-10-0-1-7", "ip-10-0-0-[7-8],ip-10-0-1-7"),
        ("a1b1 a2b1 a1b2 a2b2", "a1b[1-2],a2b[1-2]"),
        ("n99999999999999999999 n99999999999999999998", "n99999999999999999999,n99999999999999999998"),
    ])
    func `names that differ in one number are written as a range`(names: String, folded: String) throws {
        #expect(HostNameFolding.folded(try hosts(names)) == folded)
    }

    @Test func `no names are nothing`() {
        #expect(HostNameFolding.folded([]) == "")
    }

    private func hosts(_ names: String) throws -> [HostName] {
        try names.split(separator: " ").map { try #require(HostName(String($0))) }
    }
}
