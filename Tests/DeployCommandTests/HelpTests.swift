import ArgumentParser
import Testing

@testable import deploy

/// What `--help` says, to the letter: help is what a newcomer reads first, so a change of it is a change to look at.
struct HelpTests {
    @Test(arguments: Self.goldens + Self.goldensOfHosts + Self.goldensOfRecovery + Self.goldensOfFleet)
    func `help starts with examples and shows defaults`(golden: Golden) {
        #expect(Deploy.helpMessage(for: golden.command, columns: 90) == golden.text)
    }

    struct Golden: Sendable, CustomTestStringConvertible {
        var command: any ConsoleCommand.Type
        var text: String

        var testDescription: String { command.configuration.commandName ?? "deploy" }
    }

    @Test func `the program's own help begins with examples and lists the commands by group`() {
        let help = Deploy.helpMessage(columns: 90)
        let order = [
            "Examples:", "deploy -i hosts.yml", "ROLLOUT SUBCOMMANDS:", "run (default)", "plan", "HOSTS SUBCOMMANDS:",
        ]
        var rest = help[...]
        for part in order {
            guard let range = rest.firstRange(of: part) else {
                Issue.record("`\(part)` is missing or not in its place:\n\(help)")
                return
            }
            rest = rest[range.upperBound...]
        }
    }

    static let goldens = [
        Golden(
            command: RunCommand.self,
            text: """
                OVERVIEW: Builds, uploads and rolls a release across the hosts.

                First everything that can fail without harm: the build here, a look at every
                host, the upload and `prepare` everywhere. Then batch by batch: drain, switch,
                activate, health check, enable. A host that fails goes back to its release.

                Examples:
                  deploy -i hosts.yml
                  deploy -i hosts.yml --yes --format json
                  deploy --limit 'web:!web-3'
                  deploy --release-id v1.2.3 --events run.jsonl
                  deploy --release live --limit web-3

                On a terminal the plan is shown and a person is asked, unless --yes is given.
                Ctrl-C starts no new host: before the switch a host is put back, after it the
                host goes on until it serves. A second Ctrl-C stops at once.

                USAGE: deploy [run] [<options>]

                INVENTORY:
                  -i, --inventory <file>  The inventory.
                        Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.
                  -l, --limit <hosts>     Only these hosts: names, groups, globs, labels, `!` to exclude.
                        For instance 'web:!web-3', 'web-*', 'zone=a'. Default: all.
                  --set <key=value>       Set one value of the inventory.
                        For instance rollout.batch_size=2; may be given several times.
                  --except <hosts>        Not these hosts.

                ROLLOUT:
                  --release-id <id>       The release's id. Default: the UTC time and the git commit or
                                          the content.
                  --release <id|live>     Bring a release that hosts hold, or `live`, to those that lack
                                          it; the files here must be the same.
                  --once                  With --limit or --except: run the once_before and once_after
                                          steps too.
                  --allow-downtime        Go on where a drain leaves fewer hosts in service than
                                          min_in_service; a single host needs it.
                  --register              Put a host that the balancer does not hold into it, once it
                                          runs the release.
                  --until <canary>        End after the canary, or else the first host, with exit code
                                          15; `deploy approve` goes on. (values: canary)
                  --adopt                 Once: make a release of a real directory that stands where the
                                          link shall be.
                  --force                 Go on although the commit is older than the one that is live.
                  --yes                   Do not ask. Without a terminal nothing is asked anyway, but a
                                          `protected` inventory needs this.
                  --fanout <n>            Connections being opened at once. Default: `ssh.fanout` of the
                                          inventory, else 50.
                  --ask-sudo-pass         Ask once for the password that sudo wants on the hosts, instead
                                          of running sudo -n.
                  --lease-wait <time>     How long to wait while another run holds the lease, such as
                                          10m; 0s: not at all.
                        Default: `lease.wait` of the inventory, else 15m where CI is set, else 0s.

                OUTPUT:
                  --format <format>       The form of the output; `auto` is `plain` for now. (values:
                                          auto, plain, json; default: auto)
                  --no-color              No colours, as with NO_COLOR; without a terminal there are none
                                          anyway.
                  -v, --verbose           Also show every stage and what the steps print.
                  -q, --quiet             Show only warnings, failures and the end.
                  --events <file>         Write every event as a line of JSON to this file too.

                OPTIONS:
                  --version               Show the version.
                  -h, --help              Show help information.

                """),
        Golden(
            command: PlanCommand.self,
            text: """
                OVERVIEW: Shows what a rollout would do; contacts nothing and runs no build step.

                Examples:
                  deploy plan
                  deploy plan --limit web-1 --once
                  deploy plan --format json | jq '.batches'

                USAGE: deploy plan [<options>]

                INVENTORY:
                  -i, --inventory <file>  The inventory.
                        Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.
                  -l, --limit <hosts>     Only these hosts: names, groups, globs, labels, `!` to exclude.
                        For instance 'web:!web-3', 'web-*', 'zone=a'. Default: all.
                  --set <key=value>       Set one value of the inventory.
                        For instance rollout.batch_size=2; may be given several times.
                  --except <hosts>        Not these hosts.

                ROLLOUT:
                  --release-id <id>       The release's id. Default: the UTC time and the git commit or
                                          the content.
                  --release <id|live>     Bring a release that hosts hold, or `live`, to those that lack
                                          it; the files here must be the same.
                  --once                  With --limit or --except: run the once_before and once_after
                                          steps too.
                  --allow-downtime        Go on where a drain leaves fewer hosts in service than
                                          min_in_service; a single host needs it.
                  --register              Put a host that the balancer does not hold into it, once it
                                          runs the release.
                  --until <canary>        End after the canary, or else the first host, with exit code
                                          15; `deploy approve` goes on. (values: canary)
                  --adopt                 Once: make a release of a real directory that stands where the
                                          link shall be.
                  --force                 Go on although the commit is older than the one that is live.

                OUTPUT:
                  --format <format>       The form of the output; `auto` is `plain` for now. (values:
                                          auto, plain, json; default: auto)
                  --no-color              No colours, as with NO_COLOR; without a terminal there are none
                                          anyway.

                OPTIONS:
                  --version               Show the version.
                  -h, --help              Show help information.

                """),
        Golden(
            command: ExecCommand.self,
            text: """
                OVERVIEW: Runs a command on the hosts; hosts with equal output are shown once.

                The words after `--` reach the hosts unchanged: no shell reads them again, and
                the account's login shell does not matter. One host's output is passed on as
                it comes.

                Secrets of the inventory are hidden as far as their values can be found here:
                none is needed, and --raw passes one host's output on as it is.

                Examples:
                  deploy exec -- uptime
                  deploy exec --limit 'web-*' -- systemctl is-active acebook
                  deploy exec -- sh -c 'df -h / | tail -1'
                  deploy exec --limit db-1 --raw -- pg_dump shop > shop.sql

                USAGE: deploy exec [<options>] -- <command> [<argument> ...]

                INVENTORY:
                  -i, --inventory <file>  The inventory.
                        Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.
                  -l, --limit <hosts>     Only these hosts: names, groups, globs, labels, `!` to exclude.
                        For instance 'web:!web-3', 'web-*', 'zone=a'. Default: all.
                  --set <key=value>       Set one value of the inventory.
                        For instance rollout.batch_size=2; may be given several times.
                  --except <hosts>        Not these hosts.

                COMMAND:
                  --fanout <n>            Connections being opened at once. Default: `ssh.fanout` of the
                                          inventory, else 50.
                  --ask-sudo-pass         Ask once for the password that sudo wants on the hosts, instead
                                          of running sudo -n.
                  --timeout <seconds>     The longest a host may take. (default: 600)

                OUTPUT:
                  --format <format>       The form of the output; `auto` is `plain` for now. (values:
                                          auto, plain, json; default: auto)
                  --no-color              No colours, as with NO_COLOR; without a terminal there are none
                                          anyway.

                OPTIONS:
                  --raw                   Hide nothing in the output, which is one host's: for dumps and
                                          archives.
                  --version               Show the version.
                  -h, --help              Show help information.

                """),
        Golden(
            command: DrainCommand.self,
            text: """
                OVERVIEW: Takes hosts out of rotation once their traffic has ended.

                All of the hosts leave together, or none does: refused where fewer than
                min_in_service would stay. They stay out until `deploy enable`: the mark lies on
                the hosts, and a rollout updates them without enabling them.

                Examples:
                  deploy drain --limit web-2 --reason 'new memory' --for 2h
                  deploy drain --limit web-2 --allow-downtime

                USAGE: deploy drain --limit <hosts> [<options>]

                INVENTORY:
                  -i, --inventory <file>  The inventory.
                        Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.
                  -l, --limit <hosts>     Only these hosts: names, groups, globs, labels, `!` to exclude.
                        For instance 'web:!web-3', 'web-*', 'zone=a'. Default: all.
                  --set <key=value>       Set one value of the inventory.
                        For instance rollout.batch_size=2; may be given several times.
                  --except <hosts>        Not these hosts.

                ROTATION:
                  --yes                   Do not ask. Without a terminal nothing is asked anyway, but a
                                          `protected` inventory needs this.
                  --reason <text>         Why; noted on the hosts, and shown by `deploy status`.
                  --for <time>            How long the maintenance will take, such as 2h; for those who
                                          look.
                  --allow-downtime        Go on where the drain leaves fewer hosts in service than
                                          min_in_service.
                  --fanout <n>            Connections being opened at once. Default: `ssh.fanout` of the
                                          inventory, else 50.
                  --ask-sudo-pass         Ask once for the password that sudo wants on the hosts, instead
                                          of running sudo -n.

                OUTPUT:
                  --format <format>       The form of the output; `auto` is `plain` for now. (values:
                                          auto, plain, json; default: auto)
                  --no-color              No colours, as with NO_COLOR; without a terminal there are none
                                          anyway.
                  -v, --verbose           Also show every stage and what the steps print.
                  -q, --quiet             Show only warnings, failures and the end.
                  --events <file>         Write every event as a line of JSON to this file too.

                OPTIONS:
                  --version               Show the version.
                  -h, --help              Show help information.

                """),
        Golden(
            command: EnableCommand.self,
            text: """
                OVERVIEW: Puts hosts back into rotation once they are healthy.

                Each host is proven healthy, then enabled, then seen in service.

                Examples:
                  deploy enable --limit web-2
                  deploy enable --limit all

                USAGE: deploy enable --limit <hosts> [<options>]

                INVENTORY:
                  -i, --inventory <file>  The inventory.
                        Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.
                  -l, --limit <hosts>     Only these hosts: names, groups, globs, labels, `!` to exclude.
                        For instance 'web:!web-3', 'web-*', 'zone=a'. Default: all.
                  --set <key=value>       Set one value of the inventory.
                        For instance rollout.batch_size=2; may be given several times.
                  --except <hosts>        Not these hosts.

                ROTATION:
                  --yes                   Do not ask. Without a terminal nothing is asked anyway, but a
                                          `protected` inventory needs this.
                  --fanout <n>            Connections being opened at once. Default: `ssh.fanout` of the
                                          inventory, else 50.
                  --ask-sudo-pass         Ask once for the password that sudo wants on the hosts, instead
                                          of running sudo -n.

                OUTPUT:
                  --format <format>       The form of the output; `auto` is `plain` for now. (values:
                                          auto, plain, json; default: auto)
                  --no-color              No colours, as with NO_COLOR; without a terminal there are none
                                          anyway.
                  -v, --verbose           Also show every stage and what the steps print.
                  -q, --quiet             Show only warnings, failures and the end.
                  --events <file>         Write every event as a line of JSON to this file too.

                OPTIONS:
                  --version               Show the version.
                  -h, --help              Show help information.

                """),
        Golden(
            command: InitCommand.self,
            text: """
                OVERVIEW: Writes a starter inventory from flags and from what lies here.

                Reads, and never runs, a deploy script (deploy-to-instance.sh and its like),
                package.json, an Ansible inventory and ~/.ssh/config, and says what it took.
                On a terminal it asks for the rest.

                Examples:
                  deploy init
                  deploy init --service acebook --host 10.0.0.1 --host 10.0.0.2 --user app

                USAGE: deploy init [<options>]

                OPTIONS:
                  -i, --inventory <file>  The file to write. (default: hosts.yml)
                  --service <name>        The name of what is deployed.
                  --host <host>           A host's address; may be given several times.
                  --user <name>           The account on the hosts.
                  --identity-file <file>  The private key.
                  --from <directory>      The local directory to deploy.
                  --to <directory>        The directory on the hosts.
                  --unit <unit>           The systemd unit to restart.
                  --health <address>      What says that a host serves, such as :3000/healthz.
                  --force                 Replace a file that exists.
                  --version               Show the version.
                  -h, --help              Show help information.

                """),
        Golden(
            command: ConfigCommand.self,
            text: """
                OVERVIEW: Shows the resolved inventory, secrets hidden; contacts nothing.

                Bases of `extends` and values of --set are merged, variables are filled in,
                anchors are gone. A value from another file than the inventory names its place.
                Host sources are shown and not asked; `deploy hosts` lists what they know.

                Examples:
                  deploy config
                  deploy config -i prod/hosts.yml --set rollout.batch_size=2
                  deploy config --format json | jq .rollout

                USAGE: deploy config [<options>]

                OUTPUT:
                  --format <format>       The form of the output; `auto` is `plain` for now. (values:
                                          auto, plain, json; default: auto)
                  --no-color              No colours, as with NO_COLOR; without a terminal there are none
                                          anyway.

                OPTIONS:
                  -i, --inventory <file>  The inventory.
                        Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.
                  --set <key=value>       Set one value of the inventory.
                  --version               Show the version.
                  -h, --help              Show help information.

                """),
        Golden(
            command: SchemaCommand.self,
            text: """
                OVERVIEW: Prints the JSON Schema of inventories, for editors.

                An editor with a YAML language server completes and checks an inventory whose
                first line names the schema:

                  # yaml-language-server: $schema=.deploy/schema.json

                Examples:
                  deploy schema > .deploy/schema.json

                USAGE: deploy schema

                OPTIONS:
                  --version               Show the version.
                  -h, --help              Show help information.

                """),
    ]
}
