@testable import deploy

extension HelpTests {
    /// Of the commands about the way to the hosts.
    static let goldensOfHosts = [
        Golden(
            command: HostsCommand.self,
            text: """
                OVERVIEW: Lists the hosts of an inventory, ours or Ansible's; contacts none of them.

                --limit takes names, groups, globs (web-*), expressions (~web-[12]), labels
                (zone=a), and with a group or a glob an index or a slice (web[0], web[1:3]),
                with `:` or `,` between them; `&` keeps only, `!` takes away.

                Examples:
                  deploy hosts
                  deploy hosts --limit 'web:!web-3'
                  deploy hosts --graph
                  deploy hosts --format json | jq -r '.[].address'
                  deploy hosts show web-1

                USAGE: deploy hosts [<options>]

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
                  --graph                 Show the groups with their hosts as a tree.
                  --version               Show the version.
                  -h, --help              Show help information.

                SUBCOMMANDS:
                  show                    Shows how a host is reached, and where each setting comes from;
                                          contacts nothing.

                  See 'deploy help hosts <subcommand>' for detailed help.
                """),
        Golden(
            command: HostsShowCommand.self,
            text: """
                OVERVIEW: Shows how a host is reached, and where each setting comes from; contacts
                nothing.

                The inventory wins over ssh_config, which says the rest as it does for `ssh`.

                Examples:
                  deploy hosts show web-1
                  deploy hosts show web-1 --ssh
                  deploy hosts show web-1 --format json | jq '.settings[]'

                USAGE: deploy hosts show <name> [<options>]

                ARGUMENTS:
                  <name>                  A host of the inventory.

                INVENTORY:
                  -i, --inventory <file>  The inventory.
                        Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.
                  --set <key=value>       Set one value of the inventory.
                        For instance ssh.user=admin; may be given several times.

                OUTPUT:
                  --format <format>       The form of the output; `auto` is `plain` for now. (values:
                                          auto, plain, json; default: auto)
                  --no-color              No colours, as with NO_COLOR; without a terminal there are none
                                          anyway.

                OPTIONS:
                  --ssh                   Print the command line of `ssh` that reaches it the same way.
                  --version               Show the version.
                  -h, --help              Show help information.

                """),
        Golden(
            command: SSHShellCommand.self,
            text: """
                OVERVIEW: Opens a shell on a host, by `ssh` with the same settings.

                `deploy hosts show <host> --ssh` prints the command line.

                Examples:
                  deploy ssh web-1
                  deploy ssh web-1 -- tail -f /var/log/acebook.log

                USAGE: deploy ssh <host> [<options>] [-- <command> ...]

                ARGUMENTS:
                  <host>                  A host of the inventory.

                INVENTORY:
                  -i, --inventory <file>  The inventory.
                        Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.
                  --set <key=value>       Set one value of the inventory.
                        For instance ssh.user=admin; may be given several times.

                OPTIONS:
                  --version               Show the version.
                  -h, --help              Show help information.

                """),
        Golden(
            command: TrustCommand.self,
            text: """
                OVERVIEW: Shows the hosts' keys and records them in the known_hosts beside the inventory.

                Compare the fingerprints with those on the host itself
                (`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub`) or in its console output.
                A key that has changed is recorded with --replace alone.

                Examples:
                  deploy trust
                  deploy trust web-1
                  deploy trust web-1 --replace --fingerprint SHA256:...
                  deploy trust --via ssh

                USAGE: deploy trust [<host>] [<options>]

                ARGUMENTS:
                  <host>                  A host of the inventory. Default: all of them.

                INVENTORY:
                  -i, --inventory <file>  The inventory.
                        Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.
                  -l, --limit <hosts>     Only these hosts: names, groups, globs, labels, `!` to exclude.
                        For instance 'web:!web-3', 'web-*', 'zone=a'. Default: all.
                  --set <key=value>       Set one value of the inventory.
                        For instance rollout.batch_size=2; may be given several times.
                  --except <hosts>        Not these hosts.

                OPTIONS:
                  --replace               Put the new keys in the place of others that are recorded.
                  --fingerprint <SHA256:...>
                                          Record only keys with this fingerprint; may be repeated.
                  --via <ssh>             Record the key that `ssh` accepts when it logs in. (values: ssh)
                        It knows host certificates (`@cert-authority`), which `deploy` does not.
                  --version               Show the version.
                  -h, --help              Show help information.

                """),
    ]
}
