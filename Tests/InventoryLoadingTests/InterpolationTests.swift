import DeployModel
import Testing

@testable import InventoryLoading

@Suite struct InterpolationTests {
    private static let environment = ["A": "a", "EMPTY": "", "LOOP": "${A}", "_X1": "x", "PORT": "2222"]

    @Test(arguments: [
        ("", ""), ("plain", "plain"), ("${A}", "a"), ("x${A}y${A}z", "xayaz"), ("${EMPTY}", ""), ("${_X1}", "x"),
        ("${NONE:-b}", "b"), ("${EMPTY:-b}", "b"), ("${A:-b}", "a"), ("${NONE:-}", ""), ("${NONE:-a b:-c}", "a b:-c"),
        ("$$", "$"), ("$$$$", "$$"), ("$${A}", "${A}"), ("$$$A", "$$A"), ("$A", "$A"), ("$", "$"), ("a$", "a$"),
        ("$(A)", "$(A)"),
        ("${LOOP}", "${A}"), ("{A}", "{A}"), ("}${A}{", "}a{"),
    ])
    func `variables are put in once`(text: String, expanded: String) throws {
        #expect(try Interpolation.expand(text, environment: Self.environment) == expanded)
    }

    @Test(arguments: [
        "${NONE}", "${", "${A", "${}", "${1A}", "${A B}", "${A-b}", "${A:b}", "${A:?b}", "${a.b}", "${é}", "${${A}}",
    ])
    func `what cannot be put in is an error`(text: String) {
        #expect(throws: ScalarProblem.self) { try Interpolation.expand(text, environment: Self.environment) }
    }

    @Test func `a value is put together first and typed then`() throws {
        let inventory = try Fixture.load(
            """
            service: "${A}"
            protected: ${NONE:-true}
            ssh: { port: "${PORT}", connect_timeout: "${PORT}ms" }
            hosts: { web-1: { address: "${A}.example.com" } }
            env: { A: "$$${A}" }
            """, environment: Self.environment
        ).inventory
        #expect(inventory.service == "a")
        #expect(inventory.isProtected)
        #expect(inventory.hosts.map(\.address) == ["a.example.com"])
        #expect(inventory.hosts.map(\.ssh.port) == [2222])
        #expect(inventory.hosts.map(\.ssh.connectTimeout) == [.milliseconds(2222)])
        #expect(inventory.environment == ["A": "$a"])
    }

    @Test func `a variable cannot bring in structure or a name`() {
        #expect(
            Fixture.issues("service: a\nhosts: { \"${A}\": {} }", environment: ["A": "b"])
                .map { $0.prefix(47) } == ["hosts.yml:2:10: `${A}` is not a host name\n  hin"])
        #expect(
            Fixture.issues("service: a\nhosts: [b]\nrelease: { from: ., to: \"${A}\" }", environment: ["A": "/a\nb: c"])
                == ["hosts.yml:3:25: `to` must be on one line"])
    }
}
