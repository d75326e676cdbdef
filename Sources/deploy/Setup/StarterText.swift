/// A commented starter file.
struct StarterText {
    let starter: Starter
    /// Where the JSON Schema lies, as seen from the file.
    var schema = ".deploy/schema.json"

    var text: String { (head + ssh + hosts + traffic + release + steps + tail).map { $0 + "\n" }.joined() }

    // MARK: Private

    private var service: String { starter.service ?? "app" }

    private var head: [String] {
        [
            "# yaml-language-server: $schema=\(schema)",
            "# What is deployed, where, and how. `deploy plan` shows what it means; `deploy` does it.",
            "service: \(service)",
        ]
    }

    private var ssh: [String] {
        guard starter.user != nil || starter.identityFile != nil else {
            return [
                "",
                "# ssh: { user: deploy, identity_file: ~/.ssh/id_ed25519 }   # else the local user, the agent, ~/.ssh",
            ]
        }
        return ["", "ssh:"] + (starter.user.map { ["  user: \(YAMLText.scalar($0))"] } ?? [])
            + (starter.identityFile.map { ["  identity_file: \(YAMLText.scalar($0))"] } ?? [])
    }

    private var hosts: [String] {
        var lines = [""]
        if let ansible = starter.ansible {
            lines += [
                "host_sources:",
                "  - ansible: { path: \(YAMLText.scalar(ansible)), hosts: all }   # `hosts` is a pattern of Ansible, such as web:&prod",
            ]
        }
        if !starter.hosts.isEmpty {
            lines.append("hosts:")
            lines += starter.namedHosts.map { host in
                host.address.map { "  \(host.name): { address: \(YAMLText.scalar($0)) }" } ?? "  \(host.name):"
            }
            if starter.hosts.count == 1 {
                lines.append("  # web-2: { address: … }   # with a second host and a balancer nobody sees a restart")
            }
        } else if starter.ansible == nil {
            lines += [
                "hosts:                      # put your hosts here; a name may be one of ~/.ssh/config",
                "  web-1: { address: web-1.example.com }", "  web-2: { address: web-2.example.com }",
            ]
        }
        return lines
    }

    private var traffic: [String] {
        [
            "", "# The load balancer in front of the hosts. Without one a restart in place is downtime for its host.",
            "# balancer: { haproxy: { hosts: [lb-1], socket: /run/haproxy/admin.sock } }   # lb-1 under `hosts`, with `deploy: false`",
            "# balancer: { aws_target_group: \"arn:aws:elasticloadbalancing:…\" }", "",
        ]
            + (starter.health.map {
                [
                    "# When a host counts as serving, asked from the host itself.",
                    "health: { http: \(YAMLText.scalar($0)) }",
                ]
            } ?? ["# health: { http: \":3000/healthz\" }   # when a host counts as serving, asked from the host itself"])
    }

    private var release: [String] {
        let destination = starter.destination ?? "/srv/\(service)"
        var lines = [
            "", "release:", "  from: \(YAMLText.scalar(starter.source ?? "./"))",
            "  to: \(YAMLText.scalar(destination))   # will hold releases/ and shared/",
        ]
        if !starter.excludes.isEmpty {
            lines.append("  exclude: [\(starter.excludes.map { "\"\($0)\"" }.joined(separator: ", "))]")
        }
        if let link = starter.link, link != destination {
            lines += [
                "  # The path that the service runs in. It becomes a link to the live release; where a directory is now,",
                "  # `deploy --adopt` makes a release of it first, once.", "  link: \(YAMLText.scalar(link))",
            ]
        }
        return lines
    }

    private var steps: [String] {
        ["", "steps:"]
            + (starter.build.map {
                ["  build:      # once, on this machine, before the upload", "    - local: \(YAMLText.scalar($0))"]
            }
                ?? [])
            + (starter.install.map {
                [
                    "  prepare:    # on every host, in the new release, while the old one serves",
                    "    - run: \(YAMLText.scalar($0))",
                ]
            } ?? ["  # prepare: [{ run: npm ci --omit=dev }]   # on every host, while the old release serves"])
            + [
                "  activate:   # the new release is live, the host out of rotation",
                "    - restart: \(YAMLText.scalar(starter.unit ?? service))",
            ]
    }

    private var tail: [String] {
        [
            "", "# rollout: { batch_size: 1, on_failure: rollback_host }   # what holds without it, up to four hosts",
        ]
    }
}
