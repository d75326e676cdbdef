import DeployModel
import SSHTransport

/// The scripts that read what runs noted on a host, and those that note a maintenance.
enum RecordCommands {
    /// Prints what ``HostRecord/init(host:output:layout:now:)`` reads. Changes nothing.
    ///
    /// - Parameter endedRuns: how many of the newest runs that have ended are told of, besides those that have not.
    static func read(_ layout: ReleaseLayout, endedRuns: Int = 0) -> ShellScript {
        ShellScript(
            ReleaseCommands.listing + "\n" + LeaseCommands.reading + JournalCommands.listing + DeadManCommands.clock
                + DeadManCommands.listing + """

                    read_lease "$3"
                    tell
                    [ ! -f "$3/mark.json" ] || printf 'mark %s\\n' "$(head -c 4096 -- "$3/mark.json" | tr -d '\\n\\r')"
                    list_journals "$3/journal" "$4"
                    list_switches "$3"

                    """,
            arguments: [layout.releases, layout.link, layout.records, "\(endedRuns)"])
    }

    /// Sets the mark of a maintenance.
    static func mark(_ mark: MaintenanceMark, _ layout: ReleaseLayout) -> ShellScript {
        ShellScript(
            ReleaseCommands.makeDirectory + """

                printf '%s\\n' "$2" >"$1/.mark.json"
                mv -f -- "$1/.mark.json" "$1/mark.json"
                """,
            arguments: [layout.records, RecordText.line(mark), layout.destination])
    }

    static func removeMark(_ layout: ReleaseLayout) -> ShellScript {
        ShellScript(#"rm -f -- "$1/mark.json""#, arguments: [layout.records])
    }
}
