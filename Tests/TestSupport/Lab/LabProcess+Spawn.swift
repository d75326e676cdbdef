import Foundation

extension LabProcess {
    /// What to start, and with what around it.
    struct Launch {
        var name: String
        var argv: [String]
        var environment: [String: String]
        var directory: String
        /// A file to read from; nothing to read by default.
        var input = "/dev/null"
        var output: String
        /// Where stderr goes; to `output` by default.
        var errorOutput: String?
    }

    /// Starts a program in a process group of its own, with default signals and no descriptor but 0, 1 and 2.
    ///
    /// - Throws: ``LabError`` when the program cannot be started.
    static func spawn(_ launch: Launch) throws -> LabProcess {
        guard let program = executable(launch.argv.first ?? "", path: launch.environment["PATH"] ?? "") else {
            throw LabError("`\(launch.argv.first ?? "")` was not found in \(launch.environment["PATH"] ?? "no PATH")")
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, launch.input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, launch.output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        if let errorOutput = launch.errorOutput {
            posix_spawn_file_actions_addopen(&actions, 2, errorOutput, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        } else {
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
        }
        // Glibc's module has no `addclosefrom_np`. Closing what is not open is no error (posix_spawn(3)).
        for descriptor in openDescriptors where descriptor > 2 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

        var pid: pid_t = 0
        // `env -C` because Glibc's module has no `addchdir_np` either; it becomes the program, with the same pid.
        let error = withCStrings(["env", "-C", launch.directory, program] + launch.argv.dropFirst()) { argv in
            withCStrings(launch.environment.map { "\($0.key)=\($0.value)" }) { environment in
                posix_spawn(&pid, "/usr/bin/env", &actions, &attributes, argv, environment)
            }
        }
        guard error == 0 else {
            throw LabError("`\(program)` could not be started: \(String(cString: strerror(error)))")
        }
        LabWatchdog.shared.watch(process: pid)
        return LabProcess(
            name: launch.name, pid: pid, log: LabLog(path: launch.output),
            errorLog: LabLog(path: launch.errorOutput ?? launch.output))
    }

    /// Whether a program ends with status 0 within five seconds: for what a machine lets a lab do.
    static func succeeds(_ argv: [String]) -> Bool {
        let launch = Launch(
            name: "probe", argv: argv, environment: ["PATH": Lab.searchPath], directory: "/", output: "/dev/null")
        guard let probe = try? spawn(launch) else { return false }
        for _ in 0..<500 {
            if let end = probe.poll() { return end == .exited(0) }
            usleep(10_000)
        }
        return false
    }

    /// The file that `name` means: itself when it holds a slash, else the first match in `path`.
    package static func executable(_ name: String, path: String = Lab.searchPath) -> String? {
        if name.contains("/") { return name }
        return path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    private static var openDescriptors: [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []).compactMap { Int32($0) }
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers)
    }
}
