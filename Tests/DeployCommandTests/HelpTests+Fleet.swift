import ArgumentParser
import Testing

@testable import deploy

/// Commands that look at the fleet.
extension HelpTests {
    static let goldensOfFleet = [
        Golden(
            command: StatusCommand.self,
            text: """
                OVERVIEW: Shows what each host runs, whether it serves, and which run is at work.

                Looks at the hosts' own records and at the balancer, and probes each host once;
                changes nothing. Ends with 0 where every host runs the same release and
                serves, with 12 where releases differ, with 13 where some host does not serve.

                Examples:
                  deploy status
                  deploy status --watch
                  deploy status --format json | jq -r '.hosts[] | select(.is_serving | not).host'

                USAGE: deploy status [<options>]

                INVENTORY:
                  -i, --inventory <file>  The inventory.
                        Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.
                  -l, --limit <hosts>     Only these hosts: names, groups, globs, labels, `!` to exclude.
                        For instance 'web:!web-3', 'web-*', 'zone=a'. Default: all.
                  --set <key=value>       Set one value of the inventory.
                        For instance rollout.batch_size=2; may be given several times.
                  --except <hosts>        Not these hosts.

                FLEET:
                  --fanout <n>            Connections being opened at once. Default: `ssh.fanout` of the
                                          inventory, else 50.
                  --ask-sudo-pass         Ask once for the password that sudo wants on the hosts, instead
                                          of running sudo -n.

                OUTPUT:
                  --format <format>       The form of the output; `auto` is `plain` for now. (values:
                                          auto, plain, json; default: auto)
                  --no-color              No colours, as with NO_COLOR; without a terminal there are none
                                          anyway.

                OPTIONS:
                  --watch                 Look again every two seconds, until Ctrl-C.
                  --version               Show the version.
                  -h, --help              Show help information.

                """),
        Golden(
            command: CheckCommand.self,
            text: """
                OVERVIEW: Looks for whatever would keep a rollout from succeeding; changes nothing.

                SSH and sudo, rsync on both sides, disk space, clocks, the balancer's members,
                health now, the lease. Ends with 0 where a rollout could start, else with 3.
                Of an Ansible inventory, or one without `release`, the hosts alone are looked at.

                Examples:
                  deploy check
                  deploy check -v --limit web-1

                USAGE: deploy check [<options>]

                INVENTORY:
                  -i, --inventory <file>  The inventory.
                        Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.
                  -l, --limit <hosts>     Only these hosts: names, groups, globs, labels, `!` to exclude.
                        For instance 'web:!web-3', 'web-*', 'zone=a'. Default: all.
                  --set <key=value>       Set one value of the inventory.
                        For instance rollout.batch_size=2; may be given several times.
                  --except <hosts>        Not these hosts.

                FLEET:
                  --fanout <n>            Connections being opened at once. Default: `ssh.fanout` of the
                                          inventory, else 50.
                  --ask-sudo-pass         Ask once for the password that sudo wants on the hosts, instead
                                          of running sudo -n.

                OUTPUT:
                  --format <format>       The form of the output; `auto` is `plain` for now. (values:
                                          auto, plain, json; default: auto)
                  --no-color              No colours, as with NO_COLOR; without a terminal there are none
                                          anyway.

                OPTIONS:
                  -v, --verbose           Show what is as it should be, too.
                  --version               Show the version.
                  -h, --help              Show help information.

                """),
        Golden(
            command: ReleasesCommand.self,
            text: """
                OVERVIEW: Lists the releases on the hosts, and how far each is there.

                uploading: files are on their way. ready: complete and verified. live: the link
                names it, and nothing has proven it yet. good: it has served. bad: it failed
                when it was made live. Only good ones count for `release.keep`.

                Examples:
                  deploy releases
                  deploy releases --limit web-1 --format json

                USAGE: deploy releases [<options>]

                INVENTORY:
                  -i, --inventory <file>  The inventory.
                        Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.
                  -l, --limit <hosts>     Only these hosts: names, groups, globs, labels, `!` to exclude.
                        For instance 'web:!web-3', 'web-*', 'zone=a'. Default: all.
                  --set <key=value>       Set one value of the inventory.
                        For instance rollout.batch_size=2; may be given several times.
                  --except <hosts>        Not these hosts.

                FLEET:
                  --fanout <n>            Connections being opened at once. Default: `ssh.fanout` of the
                                          inventory, else 50.
                  --ask-sudo-pass         Ask once for the password that sudo wants on the hosts, instead
                                          of running sudo -n.

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
            command: HistoryCommand.self,
            text: """
                OVERVIEW: Lists the runs on these hosts: who, when, what, and how it ended.

                Examples:
                  deploy history
                  deploy history --format json | jq '.[0]'

                USAGE: deploy history [<options>]

                INVENTORY:
                  -i, --inventory <file>  The inventory.
                        Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.
                  -l, --limit <hosts>     Only these hosts: names, groups, globs, labels, `!` to exclude.
                        For instance 'web:!web-3', 'web-*', 'zone=a'. Default: all.
                  --set <key=value>       Set one value of the inventory.
                        For instance rollout.batch_size=2; may be given several times.
                  --except <hosts>        Not these hosts.

                OUTPUT:
                  --format <format>       The form of the output; `auto` is `plain` for now. (values:
                                          auto, plain, json; default: auto)
                  --no-color              No colours, as with NO_COLOR; without a terminal there are none
                                          anyway.

                OPTIONS:
                  --count <n>             How many runs at most. (default: 20)
                  --version               Show the version.
                  -h, --help              Show help information.

                """),
        Golden(
            command: LeaseShowCommand.self,
            text: """
                OVERVIEW: Shows who holds the lease, on which hosts, and until when.

                USAGE: deploy lease show [--inventory <file>] [--limit <hosts>] [--set <key=value> ...] [--except <hosts>] [--format <format>] [--no-color]

                INVENTORY:
                  -i, --inventory <file>  The inventory.
                        Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.
                  -l, --limit <hosts>     Only these hosts: names, groups, globs, labels, `!` to exclude.
                        For instance 'web:!web-3', 'web-*', 'zone=a'. Default: all.
                  --set <key=value>       Set one value of the inventory.
                        For instance rollout.batch_size=2; may be given several times.
                  --except <hosts>        Not these hosts.

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
            command: LeaseReleaseCommand.self,
            text: """
                OVERVIEW: Takes the lease away from the run that holds it.

                For a run that is gone and whose lease has not expired yet. A run that is still
                at work notices, starts nothing more, and puts its hosts in order.

                USAGE: deploy lease release [--inventory <file>] [--limit <hosts>] [--set <key=value> ...] [--except <hosts>] [--yes]

                INVENTORY:
                  -i, --inventory <file>  The inventory.
                        Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.
                  -l, --limit <hosts>     Only these hosts: names, groups, globs, labels, `!` to exclude.
                        For instance 'web:!web-3', 'web-*', 'zone=a'. Default: all.
                  --set <key=value>       Set one value of the inventory.
                        For instance rollout.batch_size=2; may be given several times.
                  --except <hosts>        Not these hosts.

                LEASE:
                  --yes                   Do not ask. Without a terminal nothing is asked anyway, but a
                                          `protected` inventory needs this.

                OPTIONS:
                  --version               Show the version.
                  -h, --help              Show help information.

                """),
    ]
}
