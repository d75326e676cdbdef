import DeployModel
import SSHTransport
import TestSupport
import Testing

@testable import Execution

struct EnvironmentFileTests {
    @Test func `plain values stand bare, others in double quotes`() {
        #expect(
            EnvironmentFile.text([
                "URL": "postgres://u:p@h:5432/d", "A": "", "SPACE": "a b", "Q": #"a"b\c`d$e"#, "L": "one\ntwo",
                "H": "#a;b",
            ]) == """
                A=
                H="#a;b"
                L="one
                two"
                Q="a\\"b\\\\c\\`d\\$e"
                SPACE="a b"
                URL=postgres://u:p@h:5432/d

                """)
    }

    @Test func `a shell reads what was written`() async throws {
        let scratch = try Scratch()
        let values = [
            "A": "", "B": " edges ", "C": #"'"$HOME`id`\\"#, "D": "two\n\nlines\n", "E": "tab\there", "F": "ünïcødé €",
            "G": "-n", "H": "a=b#c", "I": "*?[x]{y}~", "J": "\\n\\t", "K": "!event",
        ]
        try scratch.write(EnvironmentFile.text(values), to: "env")
        for (name, value) in values {
            let result = try await LocalHost().run(
                .init(#". "$1"; printf %s "$\#(name)" >"$2""#, arguments: [scratch("env"), scratch("out")]),
                timeout: .seconds(10), idleTimeout: nil, isRepeatable: true, output: nil)
            #expect(result.isSuccess, "\(result.standardError)")
            #expect(scratch.text("out") == value)
        }
    }

    @Test func `another value is another release, whatever the hosts are called`() throws {
        let files = "3fa9c1d"
        #expect(try EnvironmentDigest.combine(files, environmentFiles: []) == files)
        let one = try EnvironmentDigest.combine(files, environmentFiles: ["A=1\n"])
        #expect(one.count == 64)
        #expect(try one == EnvironmentDigest.combine(files, environmentFiles: ["A=1\n"]))
        #expect(try one != EnvironmentDigest.combine(files, environmentFiles: ["A=2\n"]))
        #expect(try one != EnvironmentDigest.combine("other", environmentFiles: ["A=1\n"]))
        #expect(try one != EnvironmentDigest.combine(files, environmentFiles: [""]))
    }

    @Test func `hosts with equal variables share a text`() {
        func host(_ name: HostName, _ variables: EnvironmentVariables, isDeployedTo: Bool = true) -> DeployModel.Host {
            DeployModel.Host(name: name, address: name.text, environment: variables, isDeployedTo: isDeployedTo)
        }
        let inventory = Inventory(
            service: "shop",
            hosts: [
                host("web-1", ["SHARD": "a"]), host("web-2", ["SHARD": "a"]), host("web-3", ["SHARD": "b"]),
                host("lb-1", ["SHARD": "c"], isDeployedTo: false),
            ], environment: EnvironmentVariables(["MODE": "x"], secret: ["TOKEN": "TOKEN"]))
        var configuration = ReleaseConfiguration(source: "/", destination: "/srv/shop")
        let secrets = SecretValues(["TOKEN": Secret("hunter22")])
        #expect(ExecutionContext.environmentFiles(of: inventory, configuration, secrets).isEmpty)
        configuration.environmentFile = ".env"
        #expect(
            ExecutionContext.environmentFiles(of: inventory, configuration, secrets) == [
                "MODE=x\nSHARD=a\nTOKEN=hunter22\n", "MODE=x\nSHARD=b\nTOKEN=hunter22\n",
            ])
    }
}
