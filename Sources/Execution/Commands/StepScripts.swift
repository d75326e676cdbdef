import DeployModel
import SSHTransport

/// The scripts that perform one step on a host.
enum StepScripts {
    /// Runs one command line in a directory, in the shell that has already been started for it.
    static func run(
        _ line: String, in directory: String, shell: Step.Shell, environment: [String: String], user: String?
    ) -> ShellScript {
        switch shell {
        case .sh:
            ShellScript(
                """
                cd -- "$1"
                shift
                \(line)
                """, arguments: [directory], environment: environment, user: user)
        case .login:
            // The profile is read before `set -u`, which few profiles survive.
            ShellScript(
                #"exec /bin/sh -l -c "$2" sh "$1""#,
                arguments: [
                    directory,
                    """
                    set -eu
                    cd -- "$1"
                    shift
                    \(line)
                    """,
                ], environment: environment, user: user)
        }
    }

    /// Runs the text of a local file by the interpreter that its first line names.
    ///
    /// The text becomes a file of mode 0700 in a new directory of mode 0700, and is started through the interpreter, so that
    /// a `/tmp` without the right to execute is no obstacle.
    static func script(
        _ text: String, name: String, in directory: String, environment: [String: String], user: String?
    ) -> ShellScript {
        let interpreter = Interpreter(ofScript: text)
        return ShellScript(
            """
            cd -- "$1"
            folder=$(mktemp -d "${TMPDIR:-/tmp}/deploy.XXXXXXXX")
            trap 'rm -rf -- "$folder"' EXIT
            trap 'exit 129' HUP
            trap 'exit 130' INT
            trap 'exit 143' TERM
            file=$folder/$3
            printf '%s' "$2" >"$file"
            chmod 700 "$file"
            "$4" ${5:+"$5"} "$file"
            """,
            arguments: [directory, text, safeName(name), interpreter.path, interpreter.option ?? ""],
            environment: environment, user: user)
    }

    /// Writes a text to a file, by a rename, and leaves a file alone that holds it already; says which it was.
    ///
    /// The new file is readable by its owner alone until it has its mode: the text may hold secrets.
    static func write(_ text: Secret, to path: String, mode: String, user: String?) -> ShellScript {
        ShellScript(
            """
            case $1 in ?*/*) mkdir -p -- "${1%/*}" ;; esac
            [ ! -d "$1" ] || { echo "$1 is a directory" >&2; exit 1; }
            new=$1.deploy.$$
            trap 'rm -f -- "$new"' EXIT
            (umask 077; printf '%s' "$2" >"$new")
            chmod -- "$3" "$new"
            if cmp -s -- "$new" "$1"; then
                chmod -- "$3" "$1"
                echo "$1 is as it should be"
            else
                mv -f -- "$new" "$1"
                echo "$1 written"
            fi
            """, arguments: [path, text.exposed, mode], user: user)
    }

    /// Restarts a systemd unit, or does another of its actions.
    ///
    /// The command is exactly `sudo -n systemctl restart UNIT` (without sudo for root), so that a narrow line in sudoers is
    /// enough. A unit that systemd no longer restarts because it has crashed too often is forgiven first; for a failure
    /// systemd's own account of the unit goes to standard error.
    ///
    /// - Parameter place: where the unit's process has to run after that; `nil` where nothing is known of it.
    static func unit(
        _ unit: String, _ action: Step.UnitAction, sudo: Sudo, in place: ServicePlace? = nil
    ) -> ShellScript {
        let systemctl = sudo.prefix + "systemctl"
        return ShellScript(
            """
            if \(systemctl) "$1" "$2"; then status=0; else status=$?; fi
            if [ $status -ne 0 ]; then
                if [ "$(systemctl show --property=Result --value "$2" 2>/dev/null)" = start-limit-hit ]; then
                    \(systemctl) reset-failed "$2" && \(systemctl) "$1" "$2" && status=0
                fi
                if [ $status -ne 0 ]; then
                    systemctl --no-pager --lines=20 status "$2" >&2 || :
                    exit $status
                fi
            fi
            [ "$3" ] || exit 0
            releases=$(cd -- "$3" 2>/dev/null && pwd -P) || exit 0
            release=$(cd -- "$4" 2>/dev/null && pwd -P) || exit 0
            pid=$(systemctl show --property=MainPID --value "$2" 2>/dev/null) || pid=
            cwd=$(readlink "/proc/${pid:-0}/cwd" 2>/dev/null) || cwd=
            case $cwd in
                "$release" | "$release"/*) echo "its process $pid runs in $cwd" ;;
                "$releases"/*)
                    echo "its process $pid runs in $cwd, and not in $release" >&2
                    exit \(statusOfOtherRelease) ;;
                *) echo "which release its process runs cannot be told: ${cwd:-no working directory to be seen}" ;;
            esac
            """, arguments: [action.rawValue, unit, place?.releases ?? "", place?.release ?? ""])
    }

    /// Where a service runs from: proc(5) tells it of a process by its working directory, `/proc/PID/cwd`.
    struct ServicePlace: Sendable, Hashable {
        /// The directory of all releases.
        var releases: String
        /// The release that has just been made live.
        var release: String
    }

    /// The unit was started anew, and its process still runs another release.
    static let statusOfOtherRelease = 91

    /// How `systemctl` gets its rights.
    enum Sudo: Sendable, Hashable {
        case none, root
        case user(String)

        fileprivate var prefix: String {
            switch self {
            case .none: ""
            case .root: "sudo -n "
            case .user(let name): "sudo -n -u \(name) "
            }
        }
    }

    // MARK: Private

    /// The name under which the script sees itself; it keeps what needs no thought.
    private static func safeName(_ name: String) -> String {
        let kept = name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        return kept.isEmpty || kept.hasPrefix("-") || kept.hasPrefix(".") ? "script" : kept
    }
}

/// The program that a script's first line names (execve(2), "Interpreter scripts").
struct Interpreter: Sendable, Hashable {
    var path: String
    /// Everything after the path is one argument, as Linux has it.
    var option: String?

    /// A script without such a line is one for `/bin/sh`, and stops at the first command that fails.
    init(ofScript text: String) {
        let line = text.prefix { !$0.isNewline }
        guard line.hasPrefix("#!") else {
            (path, option) = ("/bin/sh", "-eu")
            return
        }
        let words = line.dropFirst(2).split(maxSplits: 1, whereSeparator: { $0 == " " || $0 == "\t" })
        path = words.first.map(String.init) ?? "/bin/sh"
        let rest = words.dropFirst().first.map(String.init) ?? ""
        let trimmed = String(rest.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        option = trimmed.isEmpty ? nil : trimmed
    }
}
