import DeployModel
import Testing

@testable import Execution

struct ExcludeRulesTests {
    private func text(
        _ excludes: [String], ignoreFile: String? = nil, inventory: String? = nil, source: String = "/project"
    ) -> [String] {
        let rules = ExcludeRules(
            ReleaseConfiguration(source: source, destination: "/srv/shop", excludes: excludes), ignoreFile: ignoreFile,
            privatePaths: inventory.map { [$0] } ?? [])
        return rules.rsyncInput.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `what came last comes first, because rsync obeys the first match`() {
        #expect(
            text(["*.map", "!.env.example"], ignoreFile: "# comment\n\ntmp/  \r\n!tmp/keep\n") == [
                "+ .env.example", "- *.map", "+ tmp/keep", "- tmp/", "- known_hosts", "- *.pem", "- .env*", "- .deploy",
                "- .git",
            ])
    }

    @Test(
        arguments: [
            ("/project/hosts.yml", "/project", "- /hosts.yml"),
            ("/project/conf/hosts.yml", "/project/", "- /conf/hosts.yml"),
            ("/project/[1]*.yml", "/project", #"- /\[1]\*.yml"#), (#"/project/a\b.yml"#, "/project", #"- /a\b.yml"#),
            ("/project2/hosts.yml", "/project", nil), ("/elsewhere/hosts.yml", "/project", nil),
        ] as [(String, String, String?)])
    func `the inventory stays here when it lies in the source`(path: String, source: String, rule: String?) {
        let rules = text([], inventory: path, source: source)
        #expect(rules.first { $0.hasSuffix(".yml") } == rule)
    }

    @Test func `empty patterns are dropped, and a newline stays in its pattern`() {
        #expect(text(["", "!", "two\nlines"]).first == "- two\nlines")
    }
}
