import DeployModel
import SSHTransport

/// The script that looks whether a host could take a release. It changes nothing.
enum InspectCommand {
    /// Something the run will do through `sudo`, to be asked for in time.
    enum SudoNeed: Sendable, Hashable {
        case unit(String, Step.UnitAction)
        case shell(user: String)
        /// To give releases to an account (`release.owner`).
        case chown(ReleaseConfiguration.Owner)
    }

    /// Prints what ``InspectReport`` reads. Sudo is asked only where the account is not root.
    ///
    /// - Parameter sharedFiles: must be there already, by their paths in `shared/`.
    static func make(_ layout: ReleaseLayout, sudo: [SudoNeed], sharedFiles: [String] = []) -> ShellScript {
        ShellScript(
            text,
            arguments: [
                layout.releases, layout.link, layout.destination, layout.parent(of: layout.link), layout.applied ?? "",
            ]
                + sharedFiles.flatMap { ["shared", "\(layout.shared)/\($0)", ""] }
                + sudo.flatMap { need in
                    switch need {
                    case .unit(let unit, let action): ["systemctl", action.rawValue, unit]
                    case .shell(let user): ["shell", user, ""]
                    case .chown(let owner): ["chown", owner.description, layout.releases]
                    }
                })
    }

    /// What a directory is good for. A missing one is looked for upwards, to the one that `mkdir -p` would begin in.
    private static let text =
        ReleaseCommands.listing + """

            directory() {
                if [ -d "$2" ]; then
                    if [ -w "$2" ] && [ -x "$2" ]; then echo "$1 writable"; else echo "$1 not_writable"; fi
                elif [ -e "$2" ] || [ -L "$2" ]; then
                    echo "$1 not_directory"
                else
                    existing=$2
                    while [ ! -e "$existing" ]; do
                        existing=${existing%/*}
                        [ "$existing" ] || existing=/
                    done
                    if [ -d "$existing" ] && [ -w "$existing" ] && [ -x "$existing" ]; then
                        echo "$1 creatable"
                    elif sudo -n -l install -d -o "$user" "$2" >/dev/null 2>&1; then
                        echo "$1 creatable_by_sudo"
                    else
                        echo "$1 not_creatable"
                    fi
                fi
            }
            [ ! -f "$3/.deploy/mark.json" ] ||
                printf 'mark %s\\n' "$(head -c 4096 -- "$3/.deploy/mark.json" | tr -d '\\n\\r')"
            user=$(id -un)
            echo "user $user"
            echo "uid $(id -u)"
            directory destination "$3"
            [ ! -d "$1" ] || directory releases "$1"
            [ "$4" = "$3" ] || directory link_directory "$4"
            [ -z "$5" ] || directory applied "$5"
            if [ -d "$3" ]; then
                for path in "$3"/* "$3"/.[!.]*; do
                    { [ -e "$path" ] || [ -L "$path" ]; } || continue
                    case $path in "$1" | "$2" | "$3/shared" | "$3/.deploy") continue ;; esac
                    printf 'also %s\\n' "$(printf %s "${path##*/}" | one_line)"
                done | head -n 20
            fi
            existing=$3
            while [ ! -e "$existing" ]; do
                existing=${existing%/*}
                [ "$existing" ] || existing=/
            done
            printf 'blocks %s\\n' "$(df -Pk -- "$existing" 2>/dev/null | tail -n 1)"
            printf 'inodes %s\\n' "$(df -Pi -- "$existing" 2>/dev/null | tail -n 1)"
            if command -v rsync >/dev/null 2>&1; then
                printf 'rsync %s\\n' "$(rsync --version 2>/dev/null | head -n 1)"
            fi
            shift 5
            uid=$(id -u)
            while [ $# -ge 3 ]; do
                case $1 in
                    shared)
                        [ -e "$2" ] || printf 'shared_missing %s\\n' "$(printf %s "$2" | one_line)" ;;
                    shell)
                        [ "$uid" -eq 0 ] || sudo -n -l -u "$2" /bin/sh -s >/dev/null 2>&1 \\
                            || printf 'sudo_refused shell %s\\n' "$2" ;;
                    chown)
                        [ "$uid" -eq 0 ] || sudo -n -l chown -R -h -- "$2" "$3/release.partial" >/dev/null 2>&1 \\
                            || printf 'sudo_refused chown %s\\n' "$2" ;;
                    *)
                        [ "$uid" -eq 0 ] || sudo -n -l systemctl "$2" "$3" >/dev/null 2>&1 \\
                            || printf 'sudo_refused %s %s\\n' "$2" "$3" ;;
                esac
                shift 3
            done
            """
}
