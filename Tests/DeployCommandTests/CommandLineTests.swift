import Reporting
import TestSupport
import Testing

@testable import deploy

/// The program as it was built, from its arguments to its exit code.
struct CommandLineTests {
    @Test func `five mistakes are all reported, each at its place, and nothing is contacted`() async throws {
        let inventory = """
            service: Acebook
            hosts:
              web-1: { adress: 10.0.0.1 }
            health: { http: ":3000/", interval: 10 }
            rollout: { batch_size: 0, on_failure: explode }

            """
        let result = try await run(["-i", "hosts.yml", "plan"], files: ["hosts.yml": inventory])
        #expect(result.code == .configuration)
        #expect(result.output == "")
        for place in ["hosts.yml:1:10:", "hosts.yml:3:12:", "hosts.yml:4:37:", "hosts.yml:5:24:", "hosts.yml:5:39:"] {
            #expect(result.messages.contains(place), "\(place) is missing in:\n\(result.messages)")
        }
        #expect(result.messages.contains("nothing was contacted"))
    }

    @Test(arguments: [
        (
            ["plan", "--limit", ""],
            "error: the selection is empty\n  hint: write `all` for all hosts; is a variable unset?\n"
        ),
        (
            ["plan", "--limit", "web-9"],
            "error: `web-9` is neither a host nor a group of the inventory\n  hint: did you mean `web-1`?\n"
        ),
        (["plan", "-i", ""], "error: `--inventory` is empty\n  hint: is a variable unset?\n"),
        (
            ["plan", "--limit", "lb-1"],
            "error: the selection holds no host that is deployed to\n  hint: `deploy hosts` lists what the inventory holds\n"
        ),
    ])
    func `a selection that means no host is refused`(arguments: [String], message: String) async throws {
        let result = try await run(arguments, files: ["hosts.yml": Self.inventory])
        #expect(result.messages == message)
        #expect(result.code == .configuration)
    }

    @Test(arguments: [
        ["nonsense"], ["--nonsense"], ["plan", "extra"], ["plan", "--format", "xml"], ["plan", "-v", "-q"],
        ["plan", "--format", "live"], ["plan", "--release-id", "../x"], ["--limit"],
    ])
    func `a command line that cannot be read ends with 2`(arguments: [String]) async throws {
        let result = try await run(arguments, files: ["hosts.yml": Self.inventory])
        #expect(result.code == .configuration)
        #expect(result.messages.hasPrefix("error: "))
        #expect(result.output == "")
    }

    @Test(arguments: [
        (["statsu"], "error: there is no command `statsu`\n  hint: did you mean `deploy status`?\n"),
        (["nonsense"], "error: there is no command `nonsense`\n  hint: `deploy --help` lists them\n"),
    ])
    func `a command that does not exist is named, with the nearest one`(
        arguments: [String], message: String
    ) async throws {
        let result = try await run(arguments, files: [:])
        #expect(result.messages == message)
        #expect(result.code == .configuration)
    }

    @Test func `without an inventory it says where it looked`() async throws {
        let result = try await run(["plan"], files: [:])
        #expect(result.code == .configuration)
        #expect(
            result.messages == """
                error: there is no inventory: neither `hosts.yml` nor `inventory/hosts.yml` is here
                  hint: name it with `-i FILE` or DEPLOY_INVENTORY

                """)
    }

    @Test(arguments: [["hosts"], ["-i", "other.yml", "hosts"], ["--format", "plain", "hosts", "-l", "web-1:lb-1"]])
    func `hosts are listed`(arguments: [String]) async throws {
        let result = try await run(
            arguments, files: ["inventory/hosts.yml": Self.inventory, "other.yml": Self.inventory])
        #expect(result.code == .success)
        #expect(result.messages == "")
        #expect(result.output.hasPrefix("host   address"))
        #expect(result.output.contains("lb-1"))
    }

    @Test func `JSON is all that is on stdout`() async throws {
        let result = try await run(["hosts", "--format", "json"], files: ["hosts.yml": Self.inventory])
        #expect(try JSONValue(parsing: result.output) != .null)
    }

    @Test(arguments: [["--version"], ["--help"], ["help"], ["plan", "--help"], ["help", "plan"]])
    func `help and the version are data`(arguments: [String]) async throws {
        let result = try await run(arguments, files: [:])
        #expect(result.code == .success)
        #expect(result.messages == "")
        #expect(!result.output.isEmpty)
    }

    @Test func `the version names the libraries in use`() async throws {
        let result = try await run(["--version"], files: [:])
        #expect(result.output.wholeMatch(of: /deploy [0-9.]+ \(libssh2 1\.[0-9.]+.*, OpenSSL 3\.[0-9.]+\)\n/) != nil)
    }

    static let inventory = """
        service: acebook
        hosts:
          web-1: { address: 10.0.0.1 }
          web-2: { address: 10.0.0.2 }
          lb-1: { address: 10.0.0.9, deploy: false }
        release: { from: ./dist, to: /srv/acebook }

        """

    private struct Result {
        var code: deploy.ExitCode?
        var output: String
        var messages: String
    }

    private func run(_ arguments: [String], files: [String: String]) async throws -> Result {
        try await Lab.run { lab in
            for (name, text) in files { try lab.write(text, to: name) }
            let result = try await lab.command([try Repository.product("deploy")] + arguments)
            return Result(
                code: result.status.flatMap { deploy.ExitCode(rawValue: $0) }, output: result.text,
                messages: result.errorText)
        }
    }
}
