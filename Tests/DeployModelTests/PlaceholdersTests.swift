import DeployModel
import Testing

@Suite struct PlaceholdersTests {
    private static let host = Host(
        name: HostName("web-1") ?? { preconditionFailure("a valid name") }(), address: "10.0.0.1",
        target: .everywhere("{host}-x"))

    @Test(arguments: [
        ("/srv/{service}/{host}", "/srv/shop/web-1"), ("{release}{release}", "r1r1"), ("{target}", "{host}-x"),
        ("", ""), ("{", "{"), ("}", "}"),
        ("{}", "{}"), ("{{host}}", "{web-1}"), ("{host", "{host"), ("{ host }", "{ host }"), ("{Host}", "{Host}"),
        ("{unknown}", "{unknown}"),
        ("a{b{host}", "a{bweb-1"), ("${host}", "$web-1"), ("é{host}🙂", "éweb-1🙂"),
    ])
    func `a word in braces is filled in once`(text: String, filled: String) {
        #expect(Placeholders.fill(text, host: Self.host, release: ReleaseID("r1"), service: "shop") == filled)
    }

    @Test func `a word without a value stays`() {
        #expect(
            Placeholders.fill("{host} {release} {service}", host: nil, release: nil, service: "s")
                == "{host} {release} s")
    }

    @Test func `a target that is not declared is the host's name`() {
        var host = Self.host
        host.target = .unstated
        #expect(Placeholders.fill("{target}", host: host, release: nil, service: "s") == "web-1")
    }

    @Test func `the words of a text are listed`() {
        #expect(Placeholders.words(in: "{host}/{x_y}/{Z}/{host}") == ["host", "x_y", "host"])
    }
}
