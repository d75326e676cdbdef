import DeployModel
import SSHTransport

/// The scripts that arm, renew, order and take away a host's dead-man switch (``DeadManProgram``).
///
/// A switch is the folder `switch/<run>.<suffix>` in the service's records, for its account alone. Nothing else of it is on
/// the host.
enum DeadManCommands {
    /// The status where a switch has fired.
    static let statusOfFired = 4
    /// The status where no switch can be kept on the host; the reason is on standard error.
    static let statusOfImpossible = 5
    /// The status where somebody else has taken away the switch that a run had armed.
    static let statusOfGone = 6

    /// Starts the switch's program, and returns once that says that it waits. What earlier runs armed is taken away first.
    ///
    /// - Parameters:
    ///   - suffix: makes the folder's name one that has never been.
    ///   - sudo: what the program will ask of sudo when nobody is there to give a password.
    static func arm(
        _ program: DeadManProgram, service: String, suffix: String, after time: Duration, user: String,
        sudo: [InspectCommand.SudoNeed], _ layout: ReleaseLayout
    ) -> ShellScript {
        let name = "\(program.run).\(suffix)"
        let folder = "\(layout.records)/switch/\(name)"
        let unit = DeadManUnit(service: service, name: name, folder: folder)
        let start = { (manager: DeadManUnit.Manager) in
            unit.argv(manager).map(ShellQuoting.quote).joined(separator: " ")
        }
        return ShellScript(
            needs(sudo) + ReleaseCommands.makeDirectory + "\n" + clock + "\n" + takeAway + """

                records=$1 folder=$2
                mkdir -p -- "$records/switch"
                umask 077
                for old in "$records"/switch/*; do
                    [ -d "$old" ] || continue
                    take_away "$old" || { echo "the dead-man switch of ${old##*/} has fired" >&2; exit \(statusOfFired); }
                done
                mkdir -- "$folder"
                : >"$folder/arming.$(($(clock) + $4))"
                begins() {
                    tries=0
                    while [ "$tries" -lt 50 ]; do
                        for path in "$folder"/restore.* "$folder/firing" "$folder/fired"; do
                            [ ! -f "$path" ] || return 0
                        done
                        tries=$((tries + 1))
                        sleep 0.1 2>/dev/null || sleep 1
                    done
                    return 1
                }
                by_systemd() {
                    [ -d /run/systemd/system ] && command -v systemd-run >/dev/null 2>&1 || return 1
                    mkfifo -- "$folder/program" || return 1
                    if [ "$(id -u)" -eq 0 ]; then
                        \(start(.root)) || return 1
                    elif sudo -n -l systemd-run >/dev/null 2>&1; then
                        \(start(.sudo(user: user))) || return 1
                    elif [ -e "/var/lib/systemd/linger/$(id -un)" ]; then
                        \(start(.own)) || return 1
                    else
                        return 1
                    fi
                    # Nobody reads where the unit did not begin.
                    (printf '%s\\n%s' "$PATH" "$5" >"$folder/program") >/dev/null 2>&1 &
                    writer=$!
                    if begins; then return 0; fi
                    kill "$writer" 2>/dev/null || :
                    return 1
                }
                by_shell() {
                    if [ -d /run/systemd/system ]; then
                        case $(busctl get-property org.freedesktop.login1 /org/freedesktop/login1 \\
                            org.freedesktop.login1.Manager KillUserProcesses 2>/dev/null) in
                            *true*)
                                echo "logind ends what an account leaves behind (KillUserProcesses); once, on the" \\
                                    "host: \\`loginctl enable-linger $(id -un)\\`" >&2
                                exit \(statusOfImpossible) ;;
                        esac
                    fi
                    if command -v setsid >/dev/null 2>&1; then
                        printf %s "$5" | setsid /bin/sh -s -- "$folder" >/dev/null 2>&1 &
                    else
                        printf %s "$5" | nohup /bin/sh -s -- "$folder" >/dev/null 2>&1 &
                    fi
                    begins
                }
                if by_systemd "$@"; then
                    rm -f -- "$folder/program"
                else
                    rm -f -- "$folder/program"
                    by_shell "$@" || {
                        rm -rf -- "$folder"
                        echo "its program does not begin" >&2
                        exit \(statusOfImpossible)
                    }
                fi

                """,
            arguments: [
                layout.records, folder, layout.destination, "\(seconds(time))", program.text,
            ])
    }

    /// Gives an order to the run's switch, and all of its time anew.
    static func order(
        _ order: DeadManOrder, run: String, within time: Duration, _ layout: ReleaseLayout
    ) -> ShellScript {
        ShellScript(
            clock + """

                tries=0
                while [ "$tries" -lt 5 ]; do
                    for folder in "$1/switch/$2".*; do
                        for state in firing fired; do
                            [ ! -f "$folder/$state" ] || { echo "it has fired" >&2; exit \(statusOfFired); }
                        done
                        for state in "$folder"/restore.* "$folder"/rejoin.*; do
                            [ -f "$state" ] || continue
                            next=$folder/$3.$(($(clock) + $4))
                            [ "$state" != "$next" ] || exit 0
                            if mv -f -- "$state" "$next" 2>/dev/null; then exit 0; fi
                        done
                    done
                    tries=$((tries + 1))
                done
                exit \(statusOfGone)
                """,
            arguments: [layout.records, run, order.rawValue, "\(seconds(time))"])
    }

    /// Gives every switch on the host its time anew: what an earlier run armed shall not fire while this one is at work.
    static func renew(within time: Duration, _ layout: ReleaseLayout) -> ShellScript {
        ShellScript(
            clock + listing + """

                for folder in "$1"/switch/*; do
                    for state in "$folder"/restore.* "$folder"/rejoin.*; do
                        [ -f "$state" ] || continue
                        next=${state%.*}.$(($(clock) + $2))
                        [ "$state" = "$next" ] || mv -f -- "$state" "$next" 2>/dev/null || :
                    done
                done
                list_switches "$1"

                """,
            arguments: [layout.records, "\(seconds(time))"])
    }

    /// Takes a switch away.
    ///
    /// - Parameter run: whose it must be; `nil` takes away any.
    static func disarm(run: String?, _ layout: ReleaseLayout) -> ShellScript {
        ShellScript(
            takeAway + """

                status=0
                for folder in "$1/switch/$2"*; do
                    [ -d "$folder" ] || continue
                    take_away "$folder" || status=\(statusOfFired)
                done
                rmdir -- "$1/switch" 2>/dev/null || :
                exit $status
                """,
            arguments: [layout.records, run.map { $0 + "." } ?? ""])
    }

    /// Forgets switches that have fired: the journals of their runs tell of it.
    static func forgetFired(_ layout: ReleaseLayout) -> ShellScript {
        ShellScript(
            """
            for folder in "$1"/switch/*; do
                [ ! -f "$folder/fired" ] || rm -rf -- "$folder"
            done
            rmdir -- "$1/switch" 2>/dev/null || :
            """, arguments: [layout.records])
    }

    // MARK: Parts

    /// Seconds that only go on: a clock that is set must not make a switch fire.
    static let clock = """
        clock() {
            if [ -r /proc/uptime ]; then
                read -r uptime rest </proc/uptime
                echo "${uptime%%.*}"
            else
                date +%s
            fi
        }
        """

    /// Prints every switch on the host as ``DeadManReading/init(line:)`` reads it. `$1` is the directory of the records.
    static let listing = """

        list_switches() {
            for folder in "$1"/switch/*; do
                [ -d "$folder" ] || continue
                name=${folder##*/}
                state=
                for path in "$folder"/restore.* "$folder"/rejoin.* "$folder/firing" "$folder/fired"; do
                    [ ! -f "$path" ] || state=${path##*/}
                done
                case $state in
                    fired | '') ;;
                    *)
                        read -r process 2>/dev/null <"$folder/process" || process=
                        [ "$process" ] && { [ -d "/proc/$process" ] || kill -0 "$process" 2>/dev/null; } ||
                            state=broken ;;
                esac
                case $state in
                    '') ;;
                    *.*) printf 'switch %s %s %s\\n' "${name%.*}" "${state%%.*}" "$((${state##*.} - $(clock)))" ;;
                    *) printf 'switch %s %s\\n' "${name%.*}" "$state" ;;
                esac
            done
        }

        """

    // MARK: Private

    /// Disarms the switch in a folder and removes it; fails where it has fired since somebody looked.
    private static let takeAway = """

        take_away() {
            for state in "$1"/restore.* "$1"/rejoin.* "$1"/arming.*; do
                [ ! -f "$state" ] || mv -f -- "$state" "$1/off" 2>/dev/null || :
            done
            for state in firing fired; do
                [ ! -f "$1/$state" ] || return 1
            done
            rm -rf -- "$1"
        }

        """

    /// Looks whether sudo asks for a password, which nobody gives to a switch. The password that a person has given for this
    /// run does not count, hence `command`.
    private static func needs(_ sudo: [InspectCommand.SudoNeed]) -> String {
        let checks = sudo.map { need -> String in
            switch need {
            case .unit(let unit, let action):
                "command sudo -n -l systemctl \(action.rawValue) \(ShellQuoting.quote(unit))"
            case .shell(let user): "command sudo -n -l -u \(ShellQuoting.quote(user)) /bin/sh -s"
            case .chown: ":"
            }
        }
        guard !checks.isEmpty else { return "" }
        return """
            if [ "$(id -u)" -ne 0 ]; then
                { \(checks.joined(separator: " && ")); } >/dev/null 2>&1 || {
                    echo "sudo would ask for a password" >&2
                    exit \(statusOfImpossible)
                }
            fi

            """
    }

    /// A second more than asked for: the clock leaves out what is less than one.
    private static func seconds(_ time: Duration) -> Int64 { max(0, time.components.seconds) + 1 }
}
