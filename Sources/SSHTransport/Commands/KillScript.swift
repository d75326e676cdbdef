/// The script that ends the process group of a command that was given up.
///
/// It goes over a second channel, because without a terminal closing the first one signals nobody. Its status tells the end: 0,
/// no process of the group is left; 1, some are.
package enum KillScript {
    /// Builds the script.
    ///
    /// `kill -0` also finds processes that are dead but not yet reaped, hence the loop after `KILL` too.
    package static func make(process: RemoteProcess, grace: Duration, user: String?) -> ShellScript {
        let text = """
            if [ "$2" ]; then g=$2; else g=$(ps -o pgid= -p "$1") || exit 0; fi
            g=$((g + 0))
            [ "$g" -gt 1 ] || exit 1
            alive() { kill -0 -- "-$g" 2>/dev/null; }
            wait_for_end() {
                n=0
                while alive; do
                    [ "$n" -lt "$1" ] || return 1
                    sleep 0.1 2>/dev/null || sleep 1
                    n=$((n + 1))
                done
            }
            kill -TERM -- "-$g" 2>/dev/null
            wait_for_end "$3" && exit 0
            kill -KILL -- "-$g" 2>/dev/null
            wait_for_end 20
            """
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
