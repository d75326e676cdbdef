import DeployModel
import SSHTransport

extension ReleaseCommands {
    /// Makes a verified upload a release: what the host adds to it, manifest, owner, final name, in this order, then
    /// everything to the disk.
    ///
    /// The mode of the release's own directory becomes what the account's umask says: rsync has given it that of the
    /// local directory, which nobody chose. `REVISION` is left alone where the release brings one. `env_file` is readable
    /// by its owner alone from its first byte on. A shared directory that the host does not have yet begins with what the
    /// release brings; from then on the release's own is replaced by the link.
    static func finish(
        _ manifest: ReleaseManifest, revision: String, _ layout: ReleaseLayout,
        adding additions: ReleaseAdditions = ReleaseAdditions()
    ) -> ShellScript {
        ShellScript(
            """
            cd -- "$1"
            [ ! -e "$2" ] || { echo "$1/$2 exists" >&2; exit 1; }
            release=$2.partial shared=$5 owner=$6
            chmod =rwx "$release"
            if [ ! -e "$release/REVISION" ] && [ ! -L "$release/REVISION" ]; then
                printf '%s\\n' "$4" >"$release/REVISION"
            fi
            if [ "$7" ]; then
                case $7 in */*) mkdir -p -- "$release/${7%/*}" ;; esac
                rm -f -- "$release/$7"
                (umask 077; printf '%s' "$8" >"$release/$7")
            fi
            \(writeManifest)
            id=$2
            shift 8
            give() {
                [ "$owner" ] || return 0
                if [ "$(id -u)" -eq 0 ]; then chown -R -h -- "$owner" "$1"; else sudo -n chown -R -h -- "$owner" "$1"; fi
            }
            while [ $# -ge 3 ]; do
                case $2 in */*) mkdir -p -- "$shared/${2%/*}" "$release/${2%/*}" ;; *) mkdir -p -- "$shared" ;; esac
                if [ "$1" = file ]; then
                    [ -e "$shared/$2" ] || { echo "the shared file $shared/$2 is missing" >&2; exit 1; }
                elif [ ! -e "$shared/$2" ]; then
                    rm -rf -- "$shared/$2.new"
                    if [ -d "$release/$2" ]; then
                        cp -Rp -- "$release/$2" "$shared/$2.new"
                    else
                        mkdir -- "$shared/$2.new"
                    fi
                    mv -- "$shared/$2.new" "$shared/$2"
                    give "$shared/$2"
                fi
                rm -rf -- "$release/$2"
                ln -s -- "$3" "$release/$2"
                shift 3
            done
            give "$release"
            mv -- "$release" "$id"
            sync -f -- "$id" 2>/dev/null || :
            """,
            arguments: [
                layout.releases, manifest.id.text, manifest.json, revision, layout.shared,
                additions.owner?.description ?? "", additions.environmentFile?.path ?? "",
                additions.environmentFile?.text.exposed ?? "",
            ] + links(additions.shared))
    }

    // MARK: Private

    /// Three arguments for each: its kind, its path, and the text of the link that takes its place in the release.
    private static func links(_ shared: ReleaseConfiguration.Shared) -> [String] {
        let entries = shared.directories.map { ("dir", $0) } + shared.files.map { ("file", $0) }
        return entries.flatMap { kind, path in
            // From `releases/<id>/` up to the destination, and once more for each directory that the path is in.
            let depth = 2 + path.count { $0 == "/" }
            return [kind, path, String(repeating: "../", count: depth) + "shared/" + path]
        }
    }
}
