/// The password for `sudo`, without which a script could not become another account.
///
/// It travels on standard input like everything else. The host's shell keeps it and hands it, one request at a time, to
/// sudo's askpass program through a FIFO in a directory that only the account can enter: it is in no argument list, in no
/// environment and on no disk. A ticket that sudo remembers would not do, since it holds for one session only.
extension ShellPayload {
    /// Makes `payload` run with the password at hand.
    ///
    /// - Parameter user: the account the payload's own shell is to run as; nil: that of the connection, and `sudo` in the
    ///   script finds the password.
    static func asking(_ payload: String, as user: String?, password: SecretText) -> String {
        let body =
            if let user {
                "printf %s \(ShellQuoting.quote(payload)) | command sudo -A -p '' -u \(user) -- /bin/sh -s"
            } else {
                "printf %s \(ShellQuoting.quote(function + payload)) | /bin/sh -s"
            }
        return """
            m=$(umask)
            umask 077
            for p in /tmp "$HOME"; do
                d=$(mktemp -d "$p/.deploy-sudo.XXXXXX" 2>/dev/null) || continue
                printf '%s\\n' '#!/bin/sh' '[ "$1" != check ] || exit 0' \\
                    'IFS= read -r p <"${0%/*}/pass" && printf "%s\\n" "$p"' >"$d/ask"
                chmod 700 "$d/ask" && mkfifo "$d/pass" && "$d/ask" check 2>/dev/null && break
                rm -rf "$d"
                d=
            done
            umask "$m"
            [ "$d" ] || { echo 'sudo: no directory for a program that hands over the password' >&2; exit 1; }
            (
                trap '' PIPE
                while [ -p "$d/pass" ]; do printf '%s\\n' \(ShellQuoting.quote(password.exposed)) >"$d/pass"; done
            ) </dev/null >/dev/null 2>&1 &
            f=$!
            end() { kill -s KILL "$f" 2>/dev/null; rm -rf "$d"; }
            trap 'end; exit 143' HUP INT TERM
            SUDO_ASKPASS=$d/ask
            export SUDO_ASKPASS
            \(body)
            g=$?
            end
            exit $g

            """
    }

    /// Lets a script's `sudo -n` ask for the password that is at hand.
    private static let function = """
        sudo() { [ "$1" != -n ] || shift; command sudo -A -p '' "$@"; }

        """
}

extension ShellScript {
    /// It runs as another account, or calls sudo itself.
    var usesSudo: Bool { user != nil || text.contains("sudo ") }
}
