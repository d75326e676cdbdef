import Testing

@testable import Execution

struct DeadManUnitTests {
    private let unit = DeadManUnit(
        service: "shop", name: "20260301T120000Z-7f3a.k2", folder: "/srv/shop/.deploy/switch/20260301T120000Z-7f3a.k2")

    private static let rest = [
        "--quiet", "--collect", "--no-ask-password", "--unit=deploy-20260301T120000Z-7f3a.k2",
        "--description=dead-man switch of shop", "--property=KillMode=process", "--property=StandardOutput=null",
        "--property=StandardError=null", "/bin/sh", "-c",
        #"exec <"$1/program" && IFS= read -r PATH && export PATH && exec /bin/sh -s -- "$1""#, "sh",
        "/srv/shop/.deploy/switch/20260301T120000Z-7f3a.k2",
    ]

    @Test func `root starts it with the host's systemd`() {
        #expect(unit.argv(.root) == ["systemd-run"] + Self.rest)
    }

    @Test func `another account starts it through sudo, and it runs as that account`() {
        #expect(
            unit.argv(.sudo(user: "deploy")) == ["sudo", "-n", "systemd-run", "--uid=deploy"] + Self.rest)
    }

    @Test func `an account that lingers has a systemd of its own`() {
        #expect(unit.argv(.own) == ["systemd-run", "--user"] + Self.rest)
    }
}
