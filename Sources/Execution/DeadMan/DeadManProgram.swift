import DeployModel
import SSHTransport

/// What a host runs beside the run: it waits, and acts when it has not heard of the run for too long.
///
/// It reaches its shell through standard input, so that secrets in its steps are in no argument list and on no disk, and is
/// one compound command, which a shell reads to its end before it begins. Its folder holds one file whose name is its state:
///
///     arming.500   made, and not begun yet
///     restore.500  at 500 seconds of the host's uptime it makes the previous release live again and starts it anew,
///                  then rejoins, if the run had drained the host
///     rejoin.500   what is live is proven healthy: at 500 seconds it only rejoins
///     off          disarmed
///     firing       it acts
///     fired        it has acted
///
/// A state changes by a rename, which succeeds for one of those who try: a run that renews and a switch that fires never
/// both believe that they were first.
struct DeadManProgram: Sendable {
    /// One step that the host does alone.
    struct Part: Sendable {
        var script: ShellScript
        var timeout: Duration = .seconds(60)
        /// How often it is tried again when it fails.
        var retries = 0
        var ignoresErrors = false
    }

    let layout: ReleaseLayout
    let run: String
    /// What is made live again.
    let previous: ReleaseID
    /// The text of the link that names it.
    let linkTarget: String
    /// What starts it anew.
    let activate: [Part]
    let rejoin: [Part]

    /// The text for `/bin/sh -s -- FOLDER`.
    var text: String {
        let link = Part(script: LinkCommands.switchLink(to: linkTarget, layout))
        let journal = "\(layout.records)/journal/\(run).jsonl"
        return """
            {
            exec </dev/null
            folder=$1
            journal=\(ShellQuoting.quote(journal))
            \(DeadManCommands.clock)
            entry() {
                text='{"act":"dead_man","format":\(JournalEntry.currentFormat),"state":"'$1'"'$restored$rejoined
                text=$text',"time":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'"}'
                [ -f "$journal" ] || return 0
                if [ -s "$journal" ] && [ -n "$(tail -c 1 -- "$journal")" ]; then echo >>"$journal"; fi
                printf '%s\\n' "$text" >>"$journal"
                sync -d -- "$journal" 2>/dev/null || sync -- "$journal" 2>/dev/null || sync
            }
            limited() {
                if command -v timeout >/dev/null 2>&1; then
                    timeout -k 10 "$@"
                else
                    shift
                    "$@"
                fi
            }
            link() \(Self.all([link]))
            activate() \(Self.all(activate))
            rejoin() \(Self.all(rejoin))
            is_changed() {
                [ "$(readlink -- \(ShellQuoting.quote(layout.link)))" = \(ShellQuoting.quote(linkTarget)) ] || return 0
                grep -q -e '"act":"switch"' -e '"phase":"drained"' -- "$journal" 2>/dev/null
            }
            is_drained() { grep -q '"act":"drain"' -- "$journal" 2>/dev/null; }
            echo $$ >"$folder/process"
            for path in "$folder"/arming.*; do mv -f -- "$path" "$folder/restore.${path##*.}" || exit 1; done
            misses=0
            while :; do
                state=
                for path in "$folder"/restore.* "$folder"/rejoin.*; do [ ! -f "$path" ] || state=$path; done
                if [ "$state" ]; then
                    misses=0
                    if [ "$(clock)" -ge "${state##*.}" ] && mv -f -- "$state" "$folder/firing" 2>/dev/null; then break; fi
                else
                    # Either it was disarmed, or renamed while we looked.
                    if [ -f "$folder/off" ] || [ ! -d "$folder" ]; then exit 0; fi
                    misses=$((misses + 1))
                    [ "$misses" -lt 60 ] || exit 0
                fi
                sleep 1
            done
            restored= rejoined= end=done
            entry begun
            case ${state##*/} in
                restore.*)
                    if is_changed; then
                        if link && activate; then
                            restored=',"release":"\(previous)"'
                        else
                            end=failed
                        fi
                    fi ;;
            esac
            if [ "$end" = done ] && \(rejoin.isEmpty ? "false" : "is_drained"); then
                if rejoin; then rejoined=',"hasRejoined":true'; else rejoined=',"hasRejoined":false' end=failed; fi
            fi
            entry "$end"
            mv -f -- "$folder/firing" "$folder/fired"
            exit 0
            }

            """
    }

    // MARK: Private

    /// The body of a function that does one part after the other, and fails with the first that fails.
    private static func all(_ parts: [Part]) -> String {
        "{\n" + parts.map(\.text).joined() + ":\n}"
    }
}

extension DeadManProgram.Part {
    fileprivate var text: String {
        """
        tries=0
        until \(script.command(within: timeout)); do
            tries=$((tries + 1))
            [ "$tries" -le \(retries) ] || \(ignoresErrors ? "break" : "return 1")
            sleep 5
        done

        """
    }
}

extension ShellScript {
    /// The whole script as one command of a shell, which runs it in another: `set -e` has no effect on what a shell runs
    /// itself for the sake of its status, and no syntax error in it reaches what is around it.
    fileprivate func command(within timeout: Duration) -> String {
        let exports = environment.sorted { $0.key < $1.key }
            .map { "export \($0.key)=\(ShellQuoting.quote($0.value))\n" }
        let words = arguments.map { " " + ShellQuoting.quote($0) }
        let body =
            exports.joined() + "set --\(words.joined())\n" + (isStrict ? "set -eu\n" : "")
            + "eval \(ShellQuoting.quote(text))\n"
        let shell = user.map { "sudo -n -u \($0) -- /bin/sh -s" } ?? "/bin/sh -s"
        return "printf %s \(ShellQuoting.quote("(\n\(body)) </dev/null\n")) | limited "
            + "\(max(1, timeout.components.seconds)) \(shell)"
    }
}
