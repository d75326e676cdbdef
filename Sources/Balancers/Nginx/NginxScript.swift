/// The scripts that are run where nginx runs, under `/bin/sh`. They need nothing but a Linux `/proc` and what every
/// distribution has; each takes the file, the pid file and more as positional arguments.
enum NginxScript {
    /// How the scripts say what went wrong.
    enum Status: Int, Sendable, CaseIterable {
        case fileMissing = 61
        case denied = 62
        case notRunning = 63
        case notIncluded = 64
        /// `nginx -t` says no; what it says is on stdout. The file is as it was.
        case refused = 65
        /// `nginx -s reload` failed; the file is as it was.
        case reloadFailed = 66
        /// No new workers came, or old ones stayed; the file is as it was.
        case notApplied = 67
        /// The file is not what we read, or another change is in hand.
        case busy = 75
    }

    /// `FILE PIDFILE COMMAND…`: whether a change could be made. Changes nothing.
    static let check =
        prelude + """

            [ -w "$dir" ] && [ -w "$file" ] || { echo "no permission to write in $dir"; exit 62; }
            shift 2
            said=$("$@" -t -q 2>&1) || { printf '%s\\n' "$said"; exit 65; }
            "$@" -T 2>/dev/null | sed -n 's/^# configuration file \\(.*\\):$/\\1/p' | while read -r name; do
                [ "$(readlink -f -- "$name")" != "$file" ] || { echo included; break; }
            done | grep -q included || exit 64
            """

    /// `FILE PIDFILE`: prints `change in hand` or `settled`, the number of workers that are shutting down, and the file.
    static let read =
        prelude + """

            [ -r "$file" ] || { echo "no permission to read $file"; exit 62; }
            if [ -e "$backup" ]; then echo "change in hand"; else echo settled; fi
            workers | grep -c leaving
            cat -- "$file"
            """

    /// `FILE PIDFILE ENDPOINT…`: how many connections the workers that are shutting down hold to each endpoint, which is
    /// written as in `/proc/net/tcp`; one line each, in their order.
    static let count =
        prelude + """

            shift 2
            held=$(workers | while read -r pid state; do
                [ "$state" = leaving ] || continue
                [ -r "/proc/$pid/fd" ] || { [ ! -d "/proc/$pid" ] || echo denied; continue; }
                ls -l "/proc/$pid/fd" 2>/dev/null
                echo tables
                cat "/proc/$pid/net/tcp" "/proc/$pid/net/tcp6" 2>/dev/null
                echo descriptors
            done | awk '
                $1 == "tables" { tables = 1; next }
                $1 == "descriptors" { tables = 0; split("", own); next }
                $1 == "denied" { print "denied"; next }
                !tables { if (match($0, /socket:\\[[0-9]+\\]/)) own[substr($0, RSTART + 8, RLENGTH - 9)] = 1; next }
                $4 == "01" && ($10 in own) { print $3 }')
            case $held in *denied*) echo "no permission to look at nginx's connections"; exit 62 ;; esac
            for endpoint; do printf '%s\\n' "$held" | grep -c -x -F -e "$endpoint"; done
            exit 0
            """

    /// `FILE PIDFILE EXPECTED NEW COMMAND…`: puts a new text in the place of the expected one and makes nginx take it.
    ///
    /// The backup is a second name of the old file. While it exists a change is in hand: making it is atomic, so it is
    /// the lock as well. What is found after two minutes was left behind by a change that did not end.
    static let apply =
        prelude + """

            trap '' HUP INT TERM PIPE
            expected=$3 new=$4
            shift 4
            [ -w "$dir" ] || { echo "no permission to write in $dir"; exit 62; }
            if ! ln -- "$file" "$backup" 2>/dev/null; then
                [ -e "$backup" ] || { echo "no second name can be given to $file"; exit 62; }
                [ -n "$(find "$backup" -cmin +1)" ] || exit 75
                rm -f -- "$backup"
                ln -- "$file" "$backup" 2>/dev/null || exit 75
            fi
            printf '%s' "$expected" | cmp -s - "$file" || { rm -f -- "$backup"; exit 75; }
            restore() { mv -f -- "$backup" "$file"; }
            if ! { cp -p -- "$file" "$fresh" && printf '%s' "$new" >"$fresh"; } 2>/dev/null; then
                rm -f -- "$fresh" "$backup"
                echo "$fresh cannot be written"
                exit 62
            fi
            sync -- "$fresh" 2>/dev/null
            mv -f -- "$fresh" "$file"
            if ! said=$("$@" -t -q 2>&1); then restore; printf '%s\\n' "$said"; exit 65; fi
            before=" $(workers | while read -r pid state; do printf '%s ' "$pid"; done)"
            if ! said=$("$@" -s reload 2>&1); then restore; printf '%s\\n' "$said"; exit 66; fi
            tenths=0
            while :; do
                sight=$(workers | while read -r pid state; do
                    case "$before$state" in
                        *" $pid "*serving) echo old ;;
                        *" $pid "*) ;;
                        *serving) echo new ;;
                    esac
                done)
                case $sight in *old*) ;; *new*) rm -f -- "$backup"; exit 0 ;; esac
                [ $tenths -lt 100 ] || break
                sleep 0.1 2>/dev/null || sleep 1
                tenths=$((tenths + 1))
            done
            restore
            # Some of it may have been taken over after all: nginx and the file shall say the same.
            "$@" -t -q 2>/dev/null && "$@" -s reload 2>/dev/null
            exit 67
            """

    /// Finds the real file and the master process, and defines `workers`: one line each, `PID serving` or `PID leaving`.
    private static let prelude = """
        PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
        file=$(readlink -f -- "$1") && [ -f "$file" ] || { echo "$1 does not exist"; exit 61; }
        dir=${file%/*} base=${file##*/}
        backup=$dir/.$base.deploy-backup fresh=$dir/.$base.deploy-new
        master=$(cat -- "$2" 2>/dev/null)
        case $master in '' | *[!0-9]*) echo "$2 names no process"; exit 63 ;; esac
        [ -d "/proc/$master" ] || { echo "process $master of $2 does not run"; exit 63; }
        workers() {
            for stat in /proc/[0-9]*/stat; do
                { read -r line <"$stat"; } 2>/dev/null || continue
                line=${line##*) } line=${line#* }
                [ "${line%% *}" = "$master" ] || continue
                pid=${stat#/proc/} pid=${pid%/stat}
                case $(tr '\\0' ' ' 2>/dev/null <"/proc/$pid/cmdline") in
                    *"worker process is shutting down"*) echo "$pid leaving" ;;
                    *"worker process"*) echo "$pid serving" ;;
                esac
            done
        }
        """
}
