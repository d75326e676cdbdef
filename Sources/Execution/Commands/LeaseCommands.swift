import DeployModel
import SSHTransport

/// The scripts of the lease on one host.
///
/// The lease is the symbolic link `lease.N` with the greatest N; its text is the moment at which it expires by the host's
/// clock, the run that holds it, and who that is. Making a link is atomic and fails where one exists, so of any number that
/// find the lease expired and make the next, one succeeds. A link is never removed while it is the last: what was read of it
/// stays true until there is a greater one. A file system that can hold a live link can hold it.
enum LeaseCommands {
    /// Takes the lease, or keeps it where the run holds it already.
    static func acquire(_ holder: LeaseHolder, ttl: Duration, _ layout: ReleaseLayout) -> ShellScript {
        ShellScript(
            ReleaseCommands.makeDirectory + "\n" + take + """

                for attempt in 1 2 3 4 5 6 7 8 9; do
                    read_lease "$1"
                    if [ "$expires" -gt "$now" ]; then
                        [ "$owner" != "$2" ] || keep "$1" "$2" "$4" "$5"
                        break
                    fi
                    seen=$n
                    ! next "$1" "$2" "$4" "$5" || break
                    read_lease "$1"
                    [ "$n" -gt "$seen" ] || { echo "the lease could not be written to $1" >&2; exit 1; }
                done
                read_lease "$1"
                tell

                """,
            arguments: arguments(holder, ttl, layout))
    }

    /// Puts off the end of a lease that the run holds. One that has expired is taken anew, if nobody has taken it.
    static func renew(_ holder: LeaseHolder, ttl: Duration, _ layout: ReleaseLayout) -> ShellScript {
        ShellScript(
            take + """

                read_lease "$1"
                if [ "$owner" = "$2" ]; then
                    if [ "$expires" -gt "$now" ]; then
                        keep "$1" "$2" "$4" "$5"
                    else
                        next "$1" "$2" "$4" "$5" || :
                    fi
                    read_lease "$1"
                fi
                tell

                """,
            arguments: arguments(holder, ttl, layout))
    }

    /// Gives the lease back.
    ///
    /// - Parameter run: whose lease it must be; `nil` takes it from whoever holds it.
    static func release(run: String?, _ layout: ReleaseLayout) -> ShellScript {
        ShellScript(
            take + """

                [ -d "$1" ] || exit 0
                read_lease "$1"
                if [ "$n" -gt 0 ] && { [ -z "$2" ] || [ "$owner" = "$2" ]; }; then
                    put "$1" "0 - -"
                fi

                """,
            arguments: [layout.records, run ?? ""])
    }

    /// Reads the lease into `n`, `expires`, `owner` and `holder`. `$1` is the directory.
    static let reading = """
        read_lease() {
            now=$(date +%s)
            n=0
            for path in "$1"/lease.*; do
                number=${path##*/lease.}
                case $number in '' | *[!0-9]* | ????????????????*) continue ;; esac
                [ "$number" -le "$n" ] || n=$number
            done
            expires=0 owner=- holder=-
            [ "$n" -gt 0 ] || return 0
            text=$(readlink -- "$1/lease.$n") || return 0
            text=$(printf %s "$text" | tr '\\n\\r' '??')
            expires=${text%% *} text=${text#* }
            owner=${text%% *} holder=${text#* }
            case $expires in '' | *[!0-9]* | ????????????????*) expires=0 ;; esac
        }
        tell() { printf 'clock %s\\nlease %s %s %s\\n' "$now" "$expires" "$owner" "$holder"; }

        """

    // MARK: Private

    /// `$1` is the directory, `$2` the run, `$3` the time to live in seconds, `$4` the holder.
    private static let take =
        reading + """
            put() {
                rm -f -- "$1/.lease.$$"
                ln -s -- "$2" "$1/.lease.$$"
                mv -f -- "$1/.lease.$$" "$1/lease.$n"
            }
            keep() { put "$1" "$((now + $3)) $2 $4"; }
            next() {
                ln -s -- "$((now + $3)) $2 $4" "$1/lease.$((n + 1))" 2>/dev/null || return 1
                for old in "$1"/lease.*; do
                    case ${old##*/lease.} in
                        '' | *[!0-9]* | ????????????????*) ;;
                        *) [ "${old##*/lease.}" -gt "$n" ] || rm -f -- "$old" ;;
                    esac
                done
            }

            """

    private static func arguments(_ holder: LeaseHolder, _ ttl: Duration, _ layout: ReleaseLayout) -> [String] {
        [
            layout.records, holder.run, layout.destination, "\(max(1, ttl.components.seconds))",
            RecordText.line(holder),
        ]
    }
}
