import DeployModel
import SSHTransport

/// The scripts that change what is live.
enum LinkCommands {
    /// Points the live link at another release by an atomic rename; does nothing where it already does.
    ///
    /// The new link is made under a name of its own in the same directory, so that at every moment the link is either the
    /// old one or the new one: never absent, never half. `mv -T` (coreutils, busybox) and `mv -h` (BSD) keep it from being
    /// moved into the directory that the old link names. A real directory in its place is never replaced.
    ///
    /// - Parameter target: is the text of the link, and must name a directory as seen from the link.
    static func switchLink(to target: String, _ layout: ReleaseLayout) -> ShellScript {
        ShellScript(
            """
            cd -- "$1"
            [ -d "$3" ] || { echo "$3 is no directory" >&2; exit 1; }
            [ "$(readlink -- "$2")" != "$3" ] || exit 0
            if [ -e "$2" ] && [ ! -L "$2" ]; then
                echo "$1/$2 is not a link" >&2
                exit 1
            fi
            new=.$2.deploy
            rm -f -- "$new"
            ln -s -- "$3" "$new"
            mv -fT -- "$new" "$2" 2>/dev/null || mv -fh -- "$new" "$2"
            sync -- . 2>/dev/null || :
            [ "$(readlink -- "$2")" = "$3" ] || exit \(statusOfForeignSwitch)
            """,
            arguments: [layout.parent(of: layout.link), name(of: layout.link), target])
    }

    /// Makes a release of a real directory that stands where the link shall be, and links to it.
    ///
    /// The manifest comes first: a script that ends in between leaves a release that `deploy` knows. A directory on another
    /// file system is refused, as it would have to be copied under the service's feet.
    static func adopt(_ manifest: ReleaseManifest, _ layout: ReleaseLayout) -> ShellScript {
        ShellScript(
            """
            mkdir -p -- "$1"
            cd -- "$1"
            if [ -e "$2" ] || [ -L "$2" ]; then echo "$1/$2 exists" >&2; exit 1; fi
            here=$(df -Pk -- "$1" | tail -n 1) there=$(df -Pk -- "$4" | tail -n 1)
            if [ "${here%% *}" != "${there%% *}" ]; then
                echo "$4 lies on another file system than $1" >&2
                exit 1
            fi
            printf '%s\\n' "$3" >".$2.json.new"
            mv -f -- ".$2.json.new" ".$2.json"
            new="$5/.${4##*/}.deploy"
            rm -f -- "$new"
            ln -s -- "$6" "$new"
            mv -- "$4" "$1/$2"
            mv -f -- "$new" "$4"
            sync -- "$5" 2>/dev/null || :
            """,
            arguments: [
                layout.releases, manifest.id.text, manifest.json, layout.link, layout.parent(of: layout.link),
                layout.linkTarget(for: manifest.id),
            ])
    }

    /// The status when the link was switched and does not name the release now: someone else switches it too.
    static let statusOfForeignSwitch = 3

    private static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
