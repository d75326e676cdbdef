import Foundation
import TestSupport

/// Takes out of a text what is another one in each run: addresses, ports, paths of the lab, ids, times, keys.
struct ObservedText {
    private let replacements: [(String, String)]

    init(_ fleet: Fleet) {
        var replacements: [(String, String)] = []
        for (index, host) in fleet.hosts.enumerated() {
            replacements.append((host.base, "/srv/acebook"))
            replacements.append(("`\(host.sshd.user)`", "`root`"))
            replacements.append((host.sshd.address, "192.0.2.\(index + 1)"))
            replacements.append(("\(host.sshd.port)", "22"))
            replacements.append(("\(host.appPort)", "3000"))
        }
        replacements.append((fleet.haproxy.socket, "/run/haproxy/admin.sock"))
        replacements.append((fleet.lab.directory, "/lab"))
        replacements.append(("@" + ProcessInfo.processInfo.hostName, "@laptop"))
        self.replacements = replacements
    }

    func plain(_ text: String) -> String {
        var text = replacements.reduce(text) { $0.replacing($1.0, with: $1.1) }
        text = text.replacing(#/127\.\d+\.\d+\.\d+/#, with: "192.0.2.9")
        text = text.replacing(#/\d{8}T\d{6}Z-[0-9a-f]{4}/#, with: "RUN")
        text = text.replacing(#/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?/#, with: "TIME")
        text = text.replacing(#/since TIME \(\w+/#, with: "since TIME (PHASE")
        text = text.replacing(#/^\d\d:\d\d:\d\d +\S+ +\S+ +/#, with: "")
        text = text.replacing(#/SHA256:[A-Za-z0-9+\/]{43}/#, with: "SHA256:…")
        text = text.replacing(#/(not healthy within|longest good stretch) [\d.]+ m?s\b/#) { "\($0.1) …" }
        text = text.replacing(#/expires in [\d.]+ (s|min)( \d+ s)?/#, with: "expires in …")
        text = text.replacing(#/\b\d+\.\d+ s\b/#, with: "… s")
        text = text.replacing(#/\b\d{3} ms\b/#, with: "… ms")
        text = text.replacing(#/\bport \d{4,5}\b/#, with: "port 22")
        text = text.replacing(#/\b\d+ probes\b/#, with: "N probes")
        text = text.replacing(#/\bpid \d+/#, with: "pid N")
        return text
    }
}
