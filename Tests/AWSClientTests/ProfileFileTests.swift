import Testing

@testable import AWSClient

struct ProfileFileTests {
    @Test func `sections, comments, indentation and letters are read as AWS reads them`() throws {
        let file = try ProfileFile(
            "\u{FEFF}# one\r\n[default]\r\nRegion = eu-west-2\r\n; two\r\n\n[ profile  \"web two\" ]\nrole_arn=a=b # c\n"
                + "s3 =\n  max = 3\n  # three\n  addressing = path\n[services dev]\nelastic_load_balancing_v2 =\n"
                + "  endpoint_url = http://127.0.0.1:1\n", path: "config")
        #expect(file.sections["default"]?.values == ["region": "eu-west-2"])
        #expect(file.sections["profile web two"]?.values["role_arn"] == "a=b # c")
        #expect(file.sections["profile web two"]?.nested == ["s3": ["max": "3", "addressing": "path"]])
        let profiles = SharedProfiles(config: file)
        #expect(
            profiles.endpoint(of: .elasticLoadBalancing, inServices: "dev") == "http://127.0.0.1:1")
        #expect(profiles.names == ["default", "web two"])
    }

    @Test(arguments: [
        ("key = value", "line 1"), ("[a]\n\nsecret", "line 3"), ("[a\n", "line 1"), ("[a]\n = SECRET", "line 2"),
    ])
    func `a line that cannot be read is named and not shown`(text: String, line: String) {
        let error = #expect(throws: AWSError.self) { try ProfileFile(text, path: "~/.aws/config") }
        #expect(error?.message.hasPrefix("\(line) of `~/.aws/config` ") == true)
        #expect(error?.message.contains("secret") == false && error?.message.contains("SECRET") == false)
    }

    @Test func `the credentials file wins, and profile default over default`() throws {
        let config = try ProfileFile(
            "[default]\nregion = a\noutput = x\n[profile default]\nregion = b\naws_access_key_id = c", path: "")
        let credentials = try ProfileFile("[default]\naws_access_key_id = d", path: "")
        let profile = SharedProfiles(config: config, credentials: credentials).profile("default")
        #expect(profile == ["region": "b", "output": "x", "aws_access_key_id": "d"])
        #expect(SharedProfiles().profile("default") == nil)
    }
}
