import Reporting
import TestSupport
import Testing

@testable import deploy

/// The commands that help to begin: the real program in a folder of its own.
struct SetupTests {
    @Test func `init in the folder of a small Node app gives an inventory that plan accepts`() async throws {
        try await Lab.run { lab in
            try lab.write(
                """
                #!/bin/bash
                KEY=~/.ssh/acebook.pem
                HOST=ec2-18-130-1-2.eu-west-2.compute.amazonaws.com
                rsync -az -e "ssh -i $KEY" --exclude node_modules ./ ec2-user@$HOST:/home/ec2-user/acebook
                ssh -i $KEY ec2-user@$HOST "cd acebook && npm ci && sudo systemctl restart acebook"
                """, to: "deploy-to-instance.sh")
            try lab.write(#"{"name": "acebook", "scripts": {"start": "node app.js"}}"#, to: "package.json")
            let begun = try await deploy(["init"], in: lab)
            #expect(begun.succeeded, "\(begun.errorText)")
            #expect(begun.text.contains("took from `deploy-to-instance.sh`: the host `ec2-18-130-1-2"), "\(begun.text)")
            #expect(LabLog(path: lab.path("hosts.yml")).text == Self.starter)
            let plan = try await deploy(["plan"], in: lab)
            #expect(plan.succeeded, "\(plan.errorText)")
            #expect(plan.text.hasPrefix("plan: acebook to 1 host in 1 batch; nothing was contacted"))
            #expect(plan.text.contains("npm ci"))
            let again = try await deploy(["init"], in: lab)
            #expect(again.status == 2)
            #expect(again.errorText.hasPrefix("error: `hosts.yml` exists\n"))
            #expect(try await deploy(["init", "--force", "--service", "shop"], in: lab).succeeded)
            #expect(try await deploy(["config"], in: lab).text.hasPrefix("service: shop\n"))
        }
    }

    @Test func `init without anything to go by writes a file to fill in`() async throws {
        try await Lab.run { lab in
            let begun = try await deploy(["init"], in: lab)
            #expect(begun.succeeded, "\(begun.errorText)")
            let plan = try await deploy(["plan"], in: lab)
            #expect(plan.succeeded, "\(plan.errorText)")
        }
    }

    @Test func `init on a terminal asks, offers what it found, and takes the answers`() async throws {
        try await Lab.run { lab in
            try lab.write(
                "scp -i ~/.ssh/key.pem -r dist app@10.0.0.1:/srv/shop && ssh app@10.0.0.1 sudo systemctl restart shop\n",
                to: "deploy.sh")
            let answers = [
                ("Service [shop]: ", ""), ("Hosts [10.0.0.1]: ", "10.0.0.1, 10.0.0.2"), ("SSH user [app]: ", "ada"),
                ("Directory to deploy [dist]: ", ""), ("Directory on the hosts [/srv/shop]: ", "/srv/acebook"),
                ("systemd unit to restart [shop]: ", ""), ("Health check (such as :3000/healthz): ", ":8080/up"),
            ]
            let question = JSONValue.array(answers.map { .array([.string($0), .string($1)]) }).text
            let begun = try await lab.command(
                [
                    "python3", "\(Repository.root)/Tests/Scripts/on-terminal", question,
                    try Repository.product("deploy"),
                    "init",
                ], environment: ["NO_COLOR": "1"])
            #expect(begun.succeeded, "\(begun.text)\(begun.errorText)")
            #expect(begun.text.contains("found in `deploy.sh`: the host `10.0.0.1`"), "\(begun.text)")
            let hosts = try await deploy(["hosts", "--graph"], in: lab)
            #expect(hosts.text.contains("web-2  10.0.0.2"), "\(hosts.errorText)")
            let plan = try await deploy(["plan"], in: lab)
            #expect(plan.text.contains("/srv/acebook/releases/<id>"), "\(plan.errorText)")
            #expect(plan.text.contains("GET :8080/up"))
            let config = try await deploy(["config"], in: lab)
            #expect(config.text.contains("  user: ada\n"))
        }
    }

    @Test func `init takes the hosts of an Ansible inventory, or else of ssh_config`() async throws {
        try await Lab.run { lab in
            try lab.write("Host one two\n  User app\nHost *\n  Port 22\n", to: "home/.ssh/config")
            #expect(try await deploy(["init"], in: lab).text.contains("`~/.ssh/config`: `one`, `two`"))
            #expect(try await deploy(["hosts"], in: lab).text.contains("two"))
            try lab.write("[web]\nweb-1 ansible_host=10.0.0.1 ansible_user=app\nweb-2\n", to: "ansible/hosts.ini")
            #expect(try await deploy(["init", "--force"], in: lab).text.contains("`ansible/hosts.ini`: the hosts"))
            let hosts = try await deploy(["hosts", "--graph"], in: lab)
            #expect(hosts.text == "all\n└─ web\n   ├─ web-1  10.0.0.1\n   └─ web-2\n", "\(hosts.errorText)")
            #expect(try await deploy(["plan"], in: lab).succeeded)
        }
    }

    @Test func `an Ansible inventory serves hosts as it is, and a rollout says what to write`() async throws {
        try await Lab.run { lab in
            try lab.write("[web]\nweb-[1:3] ansible_user=app\n[db]\ndb-1\n", to: "inventory.ini")
            let hosts = try await deploy(["hosts", "-i", "inventory.ini", "-l", "web[1:]"], in: lab)
            #expect(hosts.succeeded, "\(hosts.errorText)")
            #expect(hosts.text.split(separator: "\n").map { $0.prefix(5) } == ["host ", "web-2", "web-3"])
            let plan = try await deploy(["plan", "-i", "inventory.ini"], in: lab)
            #expect(plan.status == 2)
            #expect(
                plan.errorText == """
                    error: `inventory.ini` is an Ansible inventory: it says which hosts there are, and not what is deployed
                      hint: `deploy hosts`, `deploy exec` and `deploy check` take it as it is; for a rollout write a `hosts.yml`:
                        service: app
                        host_sources: [{ ansible: { path: inventory.ini, hosts: all } }]
                        release: { from: ./dist, to: /srv/app }
                        steps: { activate: [{ restart: app }] }

                    """)
        }
    }

    @Test func `config shows the merged file, variables filled in and secrets hidden`() async throws {
        try await Lab.run { lab in
            try lab.write(
                """
                service: acebook
                x-common: &common { A: a }
                env: { <<: *common, DB_PASSWORD: "${DB_PASSWORD}", STAGE: "${STAGE:-test}", NO: no }
                steps: { prepare: [{ run: "echo ${HOME}" }], activate: [{ restart: acebook }] }
                """, to: "base.yml")
            try lab.write("extends: base.yml\nhosts: [web-1]\nenv: { B: b }\n", to: "hosts.yml")
            let result = try await deploy(
                ["config", "--set", "rollout.batch_size=2"], in: lab, environment: ["DB_PASSWORD": "hunter2-sentinel"])
            #expect(
                result.text == """
                    service: acebook  # base.yml:1
                    env:
                      DB_PASSWORD: "[redacted]"  # base.yml:3
                      STAGE: test  # base.yml:3
                      "NO": "no"  # base.yml:3
                      A: a  # base.yml:2
                      B: b
                    steps:
                      prepare:
                        - run: "echo ${HOME}"  # base.yml:4
                      activate:
                        - restart: acebook  # base.yml:4
                    hosts:
                      - web-1
                    rollout:
                      batch_size: 2  # --set rollout.batch_size

                    """)
            let json = try await deploy(["config", "--format", "json"], in: lab, environment: ["DB_PASSWORD": "x"])
            #expect(try JSONValue(parsing: json.text)["env"]?["STAGE"] == .string("test"))
        }
    }

    private static let starter = """
        # yaml-language-server: $schema=.deploy/schema.json
        # What is deployed, where, and how. `deploy plan` shows what it means; `deploy` does it.
        service: acebook

        ssh:
          user: ec2-user
          identity_file: ~/.ssh/acebook.pem

        hosts:
          web-1: { address: ec2-18-130-1-2.eu-west-2.compute.amazonaws.com }
          # web-2: { address: … }   # with a second host and a balancer nobody sees a restart

        # The load balancer in front of the hosts. Without one a restart in place is downtime for its host.
        # balancer: { haproxy: { hosts: [lb-1], socket: /run/haproxy/admin.sock } }   # lb-1 under `hosts`, with `deploy: false`
        # balancer: { aws_target_group: "arn:aws:elasticloadbalancing:…" }

        # health: { http: ":3000/healthz" }   # when a host counts as serving, asked from the host itself

        release:
          from: ./
          to: /srv/acebook   # will hold releases/ and shared/
          exclude: ["node_modules"]
          # The path that the service runs in. It becomes a link to the live release; where a directory is now,
          # `deploy --adopt` makes a release of it first, once.
          link: /home/ec2-user/acebook

        steps:
          prepare:    # on every host, in the new release, while the old one serves
            - run: npm ci
          activate:   # the new release is live, the host out of rotation
            - restart: acebook

        # rollout: { batch_size: 1, on_failure: rollback_host }   # what holds without it, up to four hosts

        """

    private func deploy(
        _ arguments: [String], in lab: Lab, environment: [String: String] = [:]
    ) async throws -> LabCommandResult {
        try await lab.command([try Repository.product("deploy")] + arguments, environment: environment)
    }
}
