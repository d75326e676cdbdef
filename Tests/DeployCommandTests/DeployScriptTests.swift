import Testing

@testable import deploy

/// Scripts that people deploy with, read and never run.
struct DeployScriptTests {
    @Test func `one instance by rsync and ssh`() {
        let script = DeployScript(
            """
            #!/bin/bash
            # ssh -i old.pem root@10.9.9.9 is how it was
            KEY="$HOME/.ssh/acebook.pem"
            INSTANCE=${1:-ec2-18-130-1-2.eu-west-2.compute.amazonaws.com}
            APP_DIR=/home/ec2-user/acebook
            rsync -avz --exclude node_modules --exclude='.git' -e "ssh -i ~/.ssh/acebook.pem" \\
                ./ ec2-user@$INSTANCE:$APP_DIR/
            ssh ec2-user@"$INSTANCE" "cd $APP_DIR && npm ci --omit=dev && sudo systemctl restart acebook.service"
            curl -fsS http://localhost:3000/healthz
            """)
        #expect(script.user == "ec2-user")
        #expect(script.hosts == ["ec2-18-130-1-2.eu-west-2.compute.amazonaws.com"])
        #expect(script.identityFile == "~/.ssh/acebook.pem")
        #expect(script.source == "./")
        #expect(script.destination == "/home/ec2-user/acebook")
        #expect(script.excludes == ["node_modules"])
        #expect(script.units == ["acebook"])
        #expect(script.installs == ["npm ci --omit=dev"])
        #expect(script.healthPath == ":3000/healthz")
    }

    @Test(arguments: [
        "ssh app@10.0.0.1 'cd /srv/shop/ && git pull && sudo systemctl restart shop'",
        "ssh app@10.0.0.1 <<END\n  cd /tmp\n  cd \"/srv/shop\"\n  git pull origin main\nEND",
        "DIR=/srv/shop\nssh app@10.0.0.1 \"cd $DIR; git pull\"",
    ])
    func `a clone that is pulled into is the directory`(text: String) {
        #expect(DeployScript(text).destination == "/srv/shop")
        #expect(DeployScript(text.replacing("git pull", with: "ls")).destination == nil)
    }

    @Test(arguments: [
        "for H in 10.0.0.1 10.0.0.2; do ssh app@$H sudo systemctl restart shop; done",
        "HOSTS=(10.0.0.1 10.0.0.2)\nfor h in \"${HOSTS[@]}\"; do\n  ssh app@\"$h\" 'sudo systemctl restart shop'\ndone",
        "SERVERS=\"10.0.0.1 10.0.0.2\"\nfor s in $SERVERS\ndo\nssh app@${s} \"service shop restart\"; ssh app@$s systemctl reload shop\ndone",
        "ssh app@10.0.0.1 systemctl restart shop && ssh app@10.0.0.2 systemctl restart shop",
    ])
    func `several hosts in a loop`(text: String) {
        let script = DeployScript(text)
        #expect(script.hosts == ["10.0.0.1", "10.0.0.2"])
        #expect(script.user == "app")
        #expect(script.units.contains("shop"))
    }

    @Test(arguments: [
        "", "#!/bin/sh\necho hello", "A=$A\nssh $A@$B", "X=${X}${X}\nY=$X$X\nssh a@$Y", "ssh a@$1",
        String(repeating: "A=\"$A $A\"\n", count: 200) + "ssh x@$A",
    ])
    func `what cannot be known is left out, and soon`(text: String) {
        #expect(DeployScript(text).hosts.isEmpty)
    }

    @Test func `hosts of ssh_config are names, not patterns`() {
        let text = "Host web-1 web-2 # two\n  HostName a\nhost *.internal !x\nHost github.com\nMatch host y\nHost=db\n"
        #expect(StarterDetection.aliases(in: text) == ["web-1", "web-2", "db"])
    }
}
