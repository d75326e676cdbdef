import DeployModel
import Reporting
import TestSupport
import Testing

@testable import deploy

struct HostListTests {
    private var hosts: [Host] {
        var web = Host.named("web-1", zone: "a")
        web.ssh.port = 2222
        web.ssh.user = "app"
        web.groups = ["web"]
        web.target = .byPool(["api": "i-1", "web": "i-2"])
        web.location = SourceLocation(file: "hosts.yml", line: 4, column: 3)
        return [web, .named("lb-1", isDeployedTo: false)]
    }

    @Test func `as a table`() {
        let text = HostList.lines(hosts).map { $0.rendered(.plain, Redactor([])) }
        #expect(
            text == [
                "host   address            port  user  groups  labels  target           deployed to",
                "web-1  web-1.example.com  2222  app   web     zone=a  api:i-1,web:i-2  yes",
                "lb-1   lb-1.example.com   -     -     -       -       -                no",
            ])
    }

    @Test func `as JSON`() {
        #expect(
            HostList.json(hosts).text
                == #"[{"name":"web-1","address":"web-1.example.com","port":2222,"user":"app","groups":["web"],"#
                + #""labels":{"zone":"a"},"target":{"api":"i-1","web":"i-2"},"is_deployed_to":true,"#
                + #""location":"hosts.yml:4:3"},{"name":"lb-1","address":"lb-1.example.com","groups":[],"labels":{},"#
                + #""is_deployed_to":false}]"#)
    }
}
