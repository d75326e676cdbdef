/// The script that ends the process group of a command that was given up.
///
/// It goes over a second channel, because without a terminal closing the first one signals nobody. Its status tells the end: 0,
/// no process of the group is left; anything else, that is not certain.
package enum KillScript {
    /// Builds the script.
    ///
    /// Only kill(2)'s "no such process" proves the end: it also fails where processes of other accounts are left. It succeeds
    /// where only dead processes are left that nobody has reaped, as in a container, hence the look at proc(5).
    package static func make(process: RemoteProcess, grace: Duration, user: String?) -> ShellScript {
        let text = #"""
            export LC_ALL=C
            if [ "$2" ]; then g=$2; else g=$(ps -o pgid= -p "$1") || exit 1; fi
            g=$((g + 0))
            [ "$g" -gt 1 ] || exit 1
            alive() {
                e=$(kill -s 0 -- "-$g" 2>&1) || case $e in *[Nn]'o such process'*) return 1 ;; esac
                dead=
                for s in /proc/[0-9]*/stat; do
                    { read -r l <"$s"; } 2>/dev/null || continue
                    l=${l##*\) }
                    state=${l%% *}
                    l=${l#* }
                    l=${l#* }
                    [ "${l%% *}" = "$g" ] || continue
                    [ "$state" = Z ] || return 0
                    dead=yes
                done
                [ ! "$dead" ]
            }
            wait_for_end() {
                n=0
                while alive; do
                    [ "$n" -lt "$1" ] || return 1
                    sleep 0.1 2>/dev/null || sleep 1
                    n=$((n + 1))
                done
            }
            kill -s TERM -- "-$g" 2>/dev/null
            wait_for_end "$3" && exit 0
            kill -s KILL -- "-$g" 2>/dev/null
            wait_for_end 20
            """#
        return ShellScript(
            text,
            arguments: [
                String(process.id), process.group.map(String.init) ?? "", String(max(1, grace.wholeTenthsOfSeconds)),
            ], user: user, isStrict: false)
    }
}

extension Duration {
    fileprivate var wholeTenthsOfSeconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 10 + attoseconds / 100_000_000_000_000_000
    }
}
