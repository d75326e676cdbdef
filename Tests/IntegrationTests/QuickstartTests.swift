import Foundation
import TestSupport
import Testing

/// The front door works as its README says. It checks its own result, so its exit status is the verdict.
@Suite(.timeLimit(.minutes(20))) struct QuickstartTests {
    @Test(arguments: [[], ["--broken"]])
    func `the quickstart ends as its README says, and leaves nothing running`(arguments: [String]) async throws {
        try await Lab.scenario { lab in
            let result = try await lab.command(
                ["\(Repository.quickstart)/run"] + arguments,
                environment: ["DEPLOY": try Repository.product("deploy"), "HOME": NSHomeDirectory()],
                within: .seconds(150))
            #expect(result.succeeded, result.shown)
            #expect(result.text.contains("failed    0\n"), result.shown)
            #expect(ProcessTable.marked(by: lab.directory) == [])
        }
    }
}
