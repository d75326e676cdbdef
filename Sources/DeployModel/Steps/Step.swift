/// One unit of work, as the inventory declares it.
package struct Step: Sendable, Hashable {
    package enum Action: Sendable, Hashable {
        /// One shell command line, run on the host.
        case run(String)
        /// A local file's text, run on the host by the interpreter its first line names (`sh` without one). The path is
        /// absolute.
        case script(path: String)
        /// A systemd unit and what to do with it.
        case restart(unit: String, UnitAction)
        /// Files of this machine, copied to the host by rsync.
        case sync(Sync)
        /// A local text file, filled in and written to the host.
        case template(Template)
        /// A command on the machine that runs `deploy`.
        case local(LocalCommand)
    }

    package struct Sync: Sendable, Hashable {
        /// An absolute local path. Of a directory the contents are meant.
        package var source: String
        /// A path on the host; a relative one starts in the step's directory. It may hold `{host}` and its like.
        package var destination: String
        /// Takes away what the source does not hold.
        package var deletes: Bool
        /// rsync's patterns.
        package var excludes: [String]

        package init(source: String, destination: String, deletes: Bool = false, excludes: [String] = []) {
            self.source = source
            self.destination = destination
            self.deletes = deletes
            self.excludes = excludes
        }
    }

    package struct Template: Sendable, Hashable {
        /// An absolute local path.
        package var source: String
        /// As in ``Sync``.
        package var destination: String
        /// Octal digits, as chmod(1) takes them.
        package var mode: String

        package init(source: String, destination: String, mode: String = "0644") {
            self.source = source
            self.destination = destination
            self.mode = mode
        }
    }

    package enum UnitAction: String, Sendable, Hashable, CaseIterable {
        case restart, reload, start, stop
    }

    /// A command given as a string is a shell line, as a list an argv.
    package enum LocalCommand: Sendable, Hashable {
        case shell(String)
        case argv([String])
    }

    package enum Sudo: Sendable, Hashable {
        /// `sudo` for `restart` where the SSH user is not root, nothing else.
        case automatic
        case never
        case root
        case user(String)
    }

    package enum Shell: String, Sendable, Hashable, CaseIterable {
        /// `/bin/sh`, whatever the login shell is.
        case sh
        /// `/bin/sh -l`: reads the profile first (nvm and the like).
        case login
    }

    package var name: String
    package var action: Action
    package var timeout: Duration
    /// The longest time without any output; `nil` for none.
    package var idleTimeout: Duration?
    /// How often a failed step is tried again.
    package var retries: Int
    package var sudo: Sudo
    /// Where it starts; the release's directory when `nil`. A relative one starts there.
    package var directory: String?
    package var environment: EnvironmentVariables
    package var shell: Shell
    /// On how many hosts of a batch it runs at once; all of them when `nil`.
    package var concurrency: Int?
    package var ignoresErrors: Bool
    /// What it did cannot be undone, and the release before may not work after it: a rollback past it is refused.
    package var isIrreversible = false
    /// A selection: on other hosts it is left out. `nil` for every host of the run.
    package var hosts: HostSelection?
    package var location: SourceLocation?

    package init(
        name: String, action: Action, timeout: Duration = .seconds(600), idleTimeout: Duration? = .seconds(300),
        retries: Int = 0, sudo: Sudo = .automatic, directory: String? = nil, environment: EnvironmentVariables = [:],
        shell: Shell = .sh, concurrency: Int? = nil, ignoresErrors: Bool = false, location: SourceLocation? = nil
    ) {
        self.name = name
        self.action = action
        self.timeout = timeout
        self.idleTimeout = idleTimeout
        self.retries = retries
        self.sudo = sudo
        self.directory = directory
        self.environment = environment
        self.shell = shell
        self.concurrency = concurrency
        self.ignoresErrors = ignoresErrors
        self.location = location
    }
}

extension [Step] {
    /// The first that cannot be undone; it is the one that is noted and named.
    package var firstIrreversible: Step? { first(where: \.isIrreversible) }
}
