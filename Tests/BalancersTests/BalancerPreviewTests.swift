import DeployModel
import Testing

@testable import Balancers

/// What a plan says of a balancer before anybody has asked it.
struct BalancerPreviewTests {
    private static let group = BalancerConfiguration.Kind.awsTargetGroup(
        AWSTargetGroupConfiguration(groups: [.init(name: "web")]))
    private static let command = CommandBalancerConfiguration(
        drain: .argv(["lb", "drain"]), enable: .argv(["lb", "enable"]), state: .argv(["lb", "state"]), directory: "/")
    private static let webhook = WebhookBalancerConfiguration(url: "https://lb.example.com/hook")

    @Test(arguments: [
        (BalancerConfiguration(kind: .haproxy(HAProxyConfiguration(socket: .unix(path: "/run/s")))), nil),
        (BalancerConfiguration(kind: group), "AWS cannot count connections"),
        (BalancerConfiguration(kind: group, drainEnd: .connections), nil),
        (BalancerConfiguration(kind: .nginx(NginxConfiguration(upstream: "web", file: "/w"))), "no health opinion"),
        (
            BalancerConfiguration(kind: .nginx(NginxConfiguration(mode: .passive, upstream: "web", file: nil))),
            "it has to stop gracefully"
        ),
        (BalancerConfiguration(kind: .command(command)), "are what `lb state` says"),
        (BalancerConfiguration(kind: .webhook(webhook)), "are what the webhook says"),
    ])
    func `what it cannot do is stated`(balancer: BalancerConfiguration, limit: String?) {
        let limits = BalancerRegistry.preview(balancer).limits.joined(separator: "\n")
        if let limit { #expect(limits.contains(limit)) } else { #expect(limits.isEmpty) }
    }

    @Test func `of several it is stated once each, and the calls say for whom`() {
        let parts = ["zone=a", "zone=b"].map { selection in
            BalancerPart(selection: selection, hosts: [], balancer: BalancerConfiguration(kind: .webhook(Self.webhook)))
        }
        let preview = BalancerRegistry.preview(BalancerConfiguration(kind: .several(parts)))
        #expect(preview.limits.count == 1)
        #expect(
            preview.drain == [
                "POST https://lb.example.com/hook drain TARGET (for zone=a)",
                "POST https://lb.example.com/hook drain TARGET (for zone=b)",
            ])
    }
}
