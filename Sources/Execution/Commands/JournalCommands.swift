import DeployModel
import SSHTransport

/// The scripts of the journals on one host: one file of JSON lines a run, `journal/<run>.jsonl`.
enum JournalCommands {
    /// How many runs a host remembers.
    static let kept = 50

    /// Adds a line, and returns when it is on the disk. A last line that a crash has torn is ended first.
    static func append(_ entry: JournalEntry, run: String, _ layout: ReleaseLayout) -> ShellScript {
        ShellScript(
            ReleaseCommands.makeDirectory + """

                file=$1/$2.jsonl
                if [ -s "$file" ] && [ -n "$(tail -c 1 -- "$file")" ]; then echo >>"$file"; fi
                printf '%s\\n' "$4" >>"$file"
                sync -d -- "$file" 2>/dev/null || sync -- "$file" 2>/dev/null || sync

                """,
            arguments: [layout.records + "/journal", run, layout.destination, RecordText.line(entry)])
    }

    /// Forgets all but the newest runs: their names begin with their times.
    static func prune(_ layout: ReleaseLayout) -> ShellScript {
        ShellScript(
            """
            [ -d "$1" ] || exit 0
            limit=$2
            cd -- "$1"
            set -- *.jsonl
            while [ $# -gt "$limit" ]; do
                rm -f -- "$1"
                shift
            done
            """,
            arguments: [layout.records + "/journal", "\(kept)"])
    }

    /// Prints journals, each line after the name of its run: all of those that nobody has brought to an end or that wait
    /// for an approval, and of the newest others as many as asked for. Of all that have ended it prints the name and the
    /// state of the fleet. `$1` is the directory, `$2` the number.
    static let listing = """
        list_journals() {
            [ -d "$1" ] || return 0
            ended=0
            for file in "$1"/*.jsonl; do
                [ -f "$file" ] || continue
                is_ended "$file" && ! is_paused "$file" && ended=$((ended + 1))
            done
            for file in "$1"/*.jsonl; do
                [ -f "$file" ] || continue
                run=${file##*/}
                run=${run%.jsonl}
                case $run in *[!A-Za-z0-9._-]*) continue ;; esac
                if is_ended "$file" && ! is_paused "$file"; then
                    printf 'ended %s %s\\n' "$run" "$(fleet_after "$file")"
                    ended=$((ended - 1))
                    [ "$ended" -lt "$2" ] || continue
                    { head -n 1 -- "$file"; tail -n 2 -- "$file"; } | sed "s/^/entry $run /"
                else
                    { head -n 1 -- "$file" | head -c 8000; echo; tail -n +2 -- "$file" | tail -c 12000; } |
                        sed "s/^/entry $run /"
                    echo
                fi
            done
        }
        fleet_after() {
            grep '"act":"finished"' -- "$1" | tail -n 1 | sed -n 's/.*"fleet":"\\([a-z_]*\\)".*/\\1/p'
        }
        is_paused() {
            if grep -q '"act":"closed"' -- "$1"; then return 1; fi
            grep '"act":"finished"' -- "$1" | tail -n 1 | grep -q '"ending":"paused"'
        }
        is_ended() {
            if grep -q '"act":"closed"' -- "$1"; then return 0; fi
            grep '"act":"finished"' -- "$1" | tail -n 1 | grep -qv '"fleet":"needs_person"'
        }

        """
}
