import Foundation
import TestSupport

/// What a program asked the kernel for.
enum Strace {
    /// Containers may forbid to trace.
    static let isUsable: Bool = {
        let probe = Process()
        probe.executableURL = URL(fileURLWithPath: "/usr/bin/strace")
        probe.arguments = ["-o", "/dev/null", "true"]
        probe.standardError = nil
        guard (try? probe.run()) != nil else { return false }
        probe.waitUntilExit()
        return probe.terminationStatus == 0
    }()

    /// Runs a program, and returns the calls by which it or its children connected to anything.
    static func connects(of argv: [String], in lab: Lab) async throws -> (LabCommandResult, [String]) {
        let trace = lab.path(lab.uniqueName("strace") + ".txt")
        let result = try await lab.command(
            ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", trace] + argv, within: .seconds(60))
        let calls = LabLog(path: trace).lines.filter { $0.contains("connect(") || $0.contains("sin_addr") }
        return (result, calls.map(String.init))
    }
}
