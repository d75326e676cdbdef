import DeployModel
import SSHTransport

/// The scripts that look at and change the releases of a host.
///
/// Each is a constant text; whatever differs is a positional parameter, so no path and no name is ever part of a script.
/// They run in a POSIX shell under `set -eu` and need no more than coreutils or busybox.
enum ReleaseCommands {
    /// Prints what ``ReleaseInventory/init(output:)`` reads. Changes nothing.
    static func list(_ layout: ReleaseLayout) -> ShellScript {
        ShellScript(listing, arguments: [layout.releases, layout.link])
    }

    /// Makes the directories that releases need, by `sudo` only where the account may not, and lists what is there.
    static func open(_ layout: ReleaseLayout) -> ShellScript {
        ShellScript(
            makeDirectory + """

                [ -d "$4" ] || mkdir -p -- "$4"

                """ + listing,
            arguments: [layout.releases, layout.link, layout.destination, layout.parent(of: layout.link)])
    }

    /// Begins an upload: writes the manifest, and makes the partial directory or takes over one of the same content.
    /// Prints ``newDirectory`` where it made one.
    static func begin(
        _ manifest: ReleaseManifest, takingOver partial: ReleaseID?, _ layout: ReleaseLayout
    ) -> ShellScript {
        ShellScript(
            """
            cd -- "$1"
            \(writeManifest)
            if [ "$4" ] && [ "$4" != "$2" ] && [ -d "$4.partial" ] && [ ! -e "$2.partial" ]; then
                mv -f -- "$4.partial" "$2.partial"
                rm -f -- ".$4.json"
            fi
            if mkdir -- "$2.partial" 2>/dev/null; then echo \(newDirectory); else [ -d "$2.partial" ]; fi
            """,
            arguments: [layout.releases, manifest.id.text, manifest.json, partial?.text ?? ""])
    }

    /// What ``begin(_:takingOver:_:)`` prints where nothing had been uploaded before.
    static let newDirectory = "new"

    /// Replaces a manifest.
    static func write(_ manifest: ReleaseManifest, _ layout: ReleaseLayout) -> ShellScript {
        ShellScript(
            """
            cd -- "$1"
            \(writeManifest)
            """,
            arguments: [layout.releases, manifest.id.text, manifest.json])
    }

    /// Removes releases. Each is renamed first, so that none is ever half there under its own name; the live one is refused
    /// even if the caller is wrong.
    ///
    /// - Parameter hasOwner: releases were given to another account (`release.owner`), so `sudo` removes what we may not.
    static func remove(_ ids: [ReleaseID], _ layout: ReleaseLayout, hasOwner: Bool = false) -> ShellScript {
        ShellScript(
            """
            cd -- "$1"
            live=$(cd -- "$2" 2>/dev/null && pwd -P) || live=
            releases=$1 has_owner=$3
            shift 3
            for id do
                if [ "$live" ] && [ "$(cd -- "$id" 2>/dev/null && pwd -P)" = "$live" ]; then
                    echo "$id is live" >&2
                    exit 1
                fi
                for name in "$id" "$id.partial"; do
                    [ ! -d "$name" ] || mv -- "$name" ".removed-$name.$$"
                done
                rm -f -- ".$id.json"
            done
            for name in .removed-*; do
                [ -d "$name" ] || continue
                chmod -R u+rwX "$name" 2>/dev/null || :
                if [ "$has_owner" ] && [ "$(id -u)" -ne 0 ]; then
                    rm -rf -- "$name" 2>/dev/null || sudo -n rm -rf -- "$releases/$name"
                else
                    rm -rf -- "$name"
                fi
            done
            """,
            arguments: [layout.releases, layout.link, hasOwner ? "yes" : ""] + ids.map(\.text))
    }

    /// Makes the directory `$1` below the destination `$3`.
    static let makeDirectory = """
        if ! mkdir -p -- "$1" 2>/dev/null; then
            [ -d "$3" ] || sudo -n install -d -o "$(id -un)" "$3"
            mkdir -p -- "$1"
        fi
        """

    // MARK: Parts

    /// `$2` is the id, `$3` the manifest; the working directory is `releases`.
    static let writeManifest = """
        printf '%s\\n' "$3" >".$2.json.new"
        mv -f -- ".$2.json.new" ".$2.json"
        """

    /// `$1` is `releases`, `$2` the link. A newline in a link's text would begin a line of its own, so it becomes `?`.
    static let listing = """
        one_line() { tr '\\n\\r' '??'; }
        if [ -L "$2" ]; then
            target=$(readlink -- "$2")
            printf 'link %s\\n' "$(printf %s "$target" | one_line)"
        elif [ -d "$2" ]; then
            echo directory
        elif [ -e "$2" ]; then
            echo other
        fi
        for path in "$1"/* "$1"/.*.json; do
            name=${path##*/}
            case $name in
                *[!A-Za-z0-9._-]*) ;;
                .*.json)
                    [ -f "$path" ] || continue
                    id=${name#.}
                    printf 'manifest %s %s\\n' "${id%.json}" "$(head -c 8192 -- "$path" | tr -d '\\n\\r')" ;;
                *.partial) [ ! -d "$path" ] || printf 'partial %s\\n' "${name%.partial}" ;;
                *) [ ! -d "$path" ] || [ -L "$path" ] || printf 'release %s\\n' "$name" ;;
            esac
        done
        """
}
