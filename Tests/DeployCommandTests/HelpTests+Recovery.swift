import ArgumentParser
import Testing

@testable import deploy

/// Commands that go on with what is there: releases, and runs that have stopped.
extension HelpTests {
    static let goldensOfRecovery = [
        Golden(
            command: RollbackCommand.self,
            text: """
                OVERVIEW: Goes back to an earlier release, host by host.

                The same rolling safety as a rollout. Nothing is built, uploaded or prepared:
                the link is switched back, `activate` and the health check run, traffic
                returns. Without a release it is the newest one that has served on all
                selected hosts and is older than what is live; `deploy releases` lists them.
                Refused with exit code 5 where an `irreversible` step was run since.

                Examples:
                  deploy rollback
                  deploy rollback 20260301120000-3fa9c1d
                  deploy rollback --limit web-1 --yes

                USAGE: deploy rollback [<release>] [<options>]

                ARGUMENTS:
                  <release>               The release to go back to.

                INVENTORY:
                  -i, --inventory <file>  The inventory.
                        Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.
                  -l, --limit <hosts>     Only these hosts: names, groups, globs, labels, `!` to exclude.
                        For instance 'web:!web-3', 'web-*', 'zone=a'. Default: all.
                  --set <key=value>       Set one value of the inventory.
                        For instance rollout.batch_size=2; may be given several times.
                  --except <hosts>        Not these hosts.

                ROLLOUT:
                  --batch-size <n>        Hosts out of rotation together: a number or a percent. Default:
                                          the inventory's.
                  --allow-downtime        Go on where a drain leaves fewer hosts in service than
                                          min_in_service; a single host needs it.
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
                  --force                 Go back although a step was run since that cannot be undone.
                  --version               Show the version.
                  -h, --help              Show help information.

                """),
        Golden(
            command: RestartCommand.self,
            text: """
                OVERVIEW: Restarts what is live, host by host, without a new release.

                The same rolling safety as a rollout: drain, the `drained` and `activate`
                steps, health check, enable. Each host keeps the release it has.

                Examples:
                  deploy restart
                  deploy restart --limit 'web-*' --batch-size 25%

                USAGE: deploy restart [<options>]

                INVENTORY:
                  -i, --inventory <file>  The inventory.
                        Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.
                  -l, --limit <hosts>     Only these hosts: names, groups, globs, labels, `!` to exclude.
                        For instance 'web:!web-3', 'web-*', 'zone=a'. Default: all.
                  --set <key=value>       Set one value of the inventory.
                        For instance rollout.batch_size=2; may be given several times.
                  --except <hosts>        Not these hosts.

                ROLLOUT:
                  --batch-size <n>        Hosts out of rotation together: a number or a percent. Default:
                                          the inventory's.
                  --allow-downtime        Go on where a drain leaves fewer hosts in service than
                                          min_in_service; a single host needs it.
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
            command: ResumeCommand.self,
            text: """
                OVERVIEW: Goes on with a run whose controller is gone, from any machine.

                What is left to do comes from the journals on the hosts and from the balancer;
                the files of the release need not be here. Hosts that serve the release
                already are left alone, and steps that run once do not run again. It waits for
                the lease of the vanished run to expire.

                Examples:
                  deploy resume
                  deploy resume 20260301T120000Z-7f3a

                USAGE: deploy resume [<run>] [<options>]

                ARGUMENTS:
                  <run>                   The run to go on with.

                INVENTORY:
                  -i, --inventory <file>  The inventory.
                        Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.
                  -l, --limit <hosts>     Only these hosts: names, groups, globs, labels, `!` to exclude.
                        For instance 'web:!web-3', 'web-*', 'zone=a'. Default: all.
                  --set <key=value>       Set one value of the inventory.
                        For instance rollout.batch_size=2; may be given several times.
                  --except <hosts>        Not these hosts.

                ROLLOUT:
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
                  --skip-once             A once_before or once_after step that began and whose end is
                                          unknown has ended well.
                  --version               Show the version.
                  -h, --help              Show help information.

                """),
        Golden(
            command: AbortCommand.self,
            text: """
                OVERVIEW: Puts the hosts of a vanished run back into service, from any machine.

                Every host that the run left in the middle goes back to the release it had,
                is proven healthy and enabled. Hosts that have the new release and serve keep
                it: `deploy rollback` takes it back everywhere. Refused with exit code 5 where a
                host would go back past an `irreversible` step.

                Examples:
                  deploy abort

                USAGE: deploy abort [<run>] [<options>]

                ARGUMENTS:
                  <run>                   The run to put an end to.

                INVENTORY:
                  -i, --inventory <file>  The inventory.
                        Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.
                  -l, --limit <hosts>     Only these hosts: names, groups, globs, labels, `!` to exclude.
                        For instance 'web:!web-3', 'web-*', 'zone=a'. Default: all.
                  --set <key=value>       Set one value of the inventory.
                        For instance rollout.batch_size=2; may be given several times.
                  --except <hosts>        Not these hosts.

                ROLLOUT:
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
                  --force                 Go back although a step was run that cannot be undone.
                  --version               Show the version.
                  -h, --help              Show help information.

                """),
        Golden(
            command: ApproveCommand.self,
            text: """
                OVERVIEW: Lets the other hosts follow a canary, from any machine.

                A run with `then: approve` or --until canary ends once its canary serves. This
                goes on with it: the release is on the hosts already, so the sources need not
                be here, and steps that have run once do not run again. Refused with exit code
                5 where no run waits, or another one has changed what runs since.

                Examples:
                  deploy approve
                  deploy approve 20260301T120000Z-7f3a --yes

                USAGE: deploy approve [<run>] [<options>]

                ARGUMENTS:
                  <run>                   The run to go on with.

                INVENTORY:
                  -i, --inventory <file>  The inventory.
                        Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.
                  -l, --limit <hosts>     Only these hosts: names, groups, globs, labels, `!` to exclude.
                        For instance 'web:!web-3', 'web-*', 'zone=a'. Default: all.
                  --set <key=value>       Set one value of the inventory.
                        For instance rollout.batch_size=2; may be given several times.
                  --except <hosts>        Not these hosts.

                ROLLOUT:
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
    ]
}
