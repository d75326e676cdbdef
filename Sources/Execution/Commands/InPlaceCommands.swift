import SSHTransport

/// The script that makes a staged release live where `layout: in_place` has one directory for all of them.
enum InPlaceCommands {
    /// Copies a staged release over the live directory, and takes away the files that only the release before had brought.
    ///
    /// Files are compared by content: two builds may give a file the same size and time. What no release brought is left
    /// alone: dependencies that were installed by hand, uploads, logs. Each file appears by a rename and all of them close
    /// together (rsync's `--delay-updates`), which is as near to at once as a directory of files comes. Doing it again does
    /// no harm.
    ///
    /// - Parameters:
    ///   - staged: the release's directory.
    ///   - last: the directory of the release that was copied before, if it is still there.
    static func apply(_ staged: String, to target: String, over last: String?) -> ShellScript {
        ShellScript(
            """
            mkdir -p -- "$2"
            rsync --recursive --links --perms --times --omit-dir-times --checksum --delay-updates -- "$1/" "$2/"
            [ "$3" ] && [ "$3" != "$1" ] && [ -d "$3" ] || exit 0
            cd -- "$3"
            find . ! -type d -exec /bin/sh -c '
                new=$1 live=$2
                shift 2
                for name do
                    [ -e "$new/$name" ] || [ -L "$new/$name" ] || rm -f -- "$live/$name"
                done' sh "$1" "$2" {} +
            find . -depth -type d -exec /bin/sh -c '
                new=$1 live=$2
                shift 2
                for name do
                    [ -d "$new/$name" ] || [ ! -d "$live/$name" ] || rmdir -- "$live/$name" 2>/dev/null || :
                done' sh "$1" "$2" {} +
            """, arguments: [staged, target, last ?? ""])
    }
}
