import DeployModel
import TestSupport
import Testing

@testable import Reporting

struct FailureFoldingTests {
    @Test func `equal failures are said once, their own host's name apart`() throws {
        let failures = try (1...12).map { number in
            let host = try #require(HostName("web-\(number)"))
            return HostFailure(
                host: host, stage: .preflight,
                error: DeployError(
                    .unreachable, host: host, "cannot reach `web-\(number).internal`: connection refused"))
        }
        let groups = FailureFolding.folded(failures)
        #expect(groups.map(\.title) == ["web-[1-12]"])
        #expect(groups.first?.value == failures.first)
    }

    @Test func `failures of another stage or reason stay apart, in the order of their first host`() {
        let error = DeployError(.stepFailed, "`restart acebook` ended with status 1")
        let groups = FailureFolding.folded([
            HostFailure(host: "one", stage: .activate, error: error),
            HostFailure(host: "two", stage: .rollback, error: error),
            HostFailure(host: "three", stage: .activate, error: error),
        ])
        #expect(groups.map(\.title) == ["one,three", "two"])
    }
}
