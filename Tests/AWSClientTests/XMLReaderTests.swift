import Foundation
import Testing

@testable import AWSClient

struct XMLReaderTests {
    private func read(_ text: String) throws -> AnswerElement { try XMLReader.read(Array(text.utf8)) }

    @Test func `elements, text and entities are read, and names lose their prefix`() throws {
        let root = try read(
            """
            <?xml version="1.0"?><!-- a --><a:Answer xmlns:a='x"' b = "1>2"><List><member> one </member><member/>\
            <other/><member>&lt;&#65;&#x42;&amp;&gt;&quot;&apos;<![CDATA[<&]]></member></List></a:Answer><!-- b -->

            """)
        #expect(root.name == "Answer")
        #expect(root.list("List").map(\.text) == ["one", "", "<AB&>\"'<&"])
        #expect(root.text("List", "member") == "one")
        #expect(root.text("List", "other") == nil)
        #expect(root.first(named: "other") != nil)
        #expect(root[["List", "nothing"]] == nil)
    }

    @Test(arguments: [
        "", " ", "text", "<a>", "<a", "<a></b>", "</a>", "<a/><b/>", "<a/>text", "<a>&unknown;</a>", "<a>&#0;</a>",
        "<a>&#xD800;</a>", "<a>& </a>", "<a b></a>", "<a b=c/>", "<a b='c/>", "<!DOCTYPE a><a/>",
        "<a><!DOCTYPE x></a>", "<a><!-- </a>", "<a><![CDATA[ </a>", "< a/>", "<a>\u{0}<", "<a><b></a></b>",
    ])
    func `what is not one sound element is refused`(text: String) {
        #expect(throws: XMLProblem.self) { try read(text) }
    }

    @Test func `depth is bounded, also where it would be a stack of calls`() {
        let deep = String(repeating: "<a>", count: 100_000)
        #expect(throws: XMLProblem.self) { try read(deep) }
    }

    @Test func `every beginning of a real answer is refused, and only the whole is read`() throws {
        let bytes = try Array(Fixture.data("answers/elbv2-describe-target-health-all.xml"))
        for count in stride(from: 0, to: bytes.count - 1, by: 7) {
            #expect(throws: XMLProblem.self) { try XMLReader.read(Array(bytes.prefix(count))) }
        }
        let root = try XMLReader.read(bytes)
        let targets = root.list("DescribeTargetHealthResult", "TargetHealthDescriptions")
        #expect(targets.map { $0.text("Target", "Port") } == ["3000", "3000"])
    }

    @Test(arguments: [
        ("err-access-denied", "AccessDenied"), ("err-ec2-authfailure", "AuthFailure"),
        ("elbv2-target-group-not-found", "TargetGroupNotFound"),
        ("err-invalid-client-token-id", "InvalidClientTokenId"),
    ])
    func `errors are read in every layout`(name: String, code: String) throws {
        let failure = ServiceFailure(status: 400, body: Array(try Fixture.data("answers/\(name).xml")))
        #expect(failure.code == code)
        #expect(!failure.message.isEmpty)
        let plain = "<Response><Errors><Error><Code>X</Code><Message>m</Message></Error></Errors></Response>"
        #expect(ServiceFailure(status: 400, body: Array(plain.utf8)).code == "X")
    }

    @Test func `a page that is not AWS's keeps its status and its beginning`() {
        let failure = ServiceFailure(status: 502, body: Array("<html>Bad Gateway".utf8))
        let error = failure.error(of: "DescribeTargetHealth", .elasticLoadBalancing)
        #expect(error.kind == .unreachable)
        #expect(error.message.contains("502"))
        #expect(error.evidence == ["<html>Bad Gateway"])
    }

    @Test(arguments: [
        (
            "User: arn:aws:iam::1:user/d is not authorized to perform: elasticloadbalancing:DeregisterTargets",
            "elasticloadbalancing:DeregisterTargets", "*"
        ),
        (
            "User: x is not authorized to perform: ec2:DescribeInstances on resource: arn:aws:y because no policy",
            "ec2:DescribeInstances", "arn:aws:y"
        ),
        ("You are not authorized to perform this operation.", "elasticloadbalancing:RegisterTargets", "*"),
    ])
    func `a missing right is named with the line that grants it`(said: String, right: String, resource: String) {
        let failure = ServiceFailure(status: 403, code: "AccessDenied", message: said)
        let error = failure.error(of: "RegisterTargets", .elasticLoadBalancing)
        #expect(error.isDenied)
        #expect(error.message == "the credentials lack the right `\(right)`")
        #expect(
            error.hint
                == #"add to their policy: { "Effect": "Allow", "Action": "\#(right)", "Resource": "\#(resource)" }"#)
    }
}
