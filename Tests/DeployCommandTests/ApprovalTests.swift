import ArgumentParser
import Testing

@testable import deploy

struct ApprovalTests {
    struct Case: Sendable {
        var isApproved = false
        var isProtected = false
        var isInteractive = false
        var answer = false
        var isAsked = false
        var goesOn: Bool
    }

    @Test(arguments: [
        Case(goesOn: true),
        Case(isProtected: true, goesOn: false),
        Case(isApproved: true, isProtected: true, goesOn: true),
        Case(isInteractive: true, answer: true, isAsked: true, goesOn: true),
        Case(isInteractive: true, answer: false, isAsked: true, goesOn: false),
        Case(isProtected: true, isInteractive: true, answer: true, isAsked: true, goesOn: true),
        Case(isApproved: true, isInteractive: true, goesOn: true),
    ])
    func `a person is asked on a terminal only, and a protected inventory needs a yes`(_ example: Case) throws {
        let options = try ApprovalOptions.parse(example.isApproved ? ["--yes"] : [])
        var isAsked = false
        let code: deploy.ExitCode?
        do {
            try options.approve(isProtected: example.isProtected, isInteractive: example.isInteractive) {
                isAsked = true
                return example.answer
            }
            code = nil
        } catch {
            code = (error as? CommandFailure)?.code
        }
        #expect(isAsked == example.isAsked)
        #expect(code == (example.goesOn ? nil : .notApproved))
    }
}
