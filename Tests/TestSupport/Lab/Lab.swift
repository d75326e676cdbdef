package import Foundation
import Synchronization

/// A folder, loopback addresses and processes that belong to one test, and are gone when it ends.
///
///     try await Lab.run { lab in
///         let server = try await SSHServer.start(in: lab)
///         …
///     }
///
/// Cleanup runs in reverse order of construction, on failure and cancellation too. `DEPLOY_LAB_KEEP=1` keeps the folder.
package final class Lab: Sendable {
    /// The folder of this lab, readable for every account.
    package let directory: String
    private let cleanups = Mutex<[@Sendable () async -> Void]>([])
    private let names = Mutex<[String: Int]>([:])
    private let keys = Mutex<Task<SSHClientKeys, any Error>?>(nil)
    private let entrance = Mutex<[String]>([])

    /// Where the lab looks for programs, whatever the developer's PATH is.
    package static let searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// Runs `body` with a new lab, and takes the lab down afterwards.
    ///
    /// A bounded number of labs runs at once, so that deadlines mean something on a small machine.
    package static func run<Value>(
        isolation: isolated (any Actor)? = #isolation, _ body: (Lab) async throws -> Value
    ) async throws -> Value {
        try await withLab(taking: .small, body)
    }

    /// Runs a scenario of a whole fleet, which is bounded in time from when its turn comes: a last resort, since each of
    /// its waits has a deadline.
    ///
    /// - Throws: ``LabError`` when the time is up; whatever `body` throws.
    package static func scenario<Value: Sendable>(
        within limit: Duration = .seconds(120), _ body: @escaping @Sendable (Lab) async throws -> Value
    ) async throws -> Value {
        try await withLab(taking: .scenarios) { lab in
            try await withThrowingTaskGroup(of: Value.self) { group in
                group.addTask { try await body(lab) }
                group.addTask {
                    try await Task.sleep(for: limit)
                    throw LabError("the scenario had not ended after \(limit)")
                }
                defer { group.cancelAll() }
                guard let value = try await group.next() else { throw CancellationError() }
                return value
            }
        }
    }

    private static func withLab<Value>(
        taking slots: LabSlots, isolation: isolated (any Actor)? = #isolation, _ body: (Lab) async throws -> Value
    ) async throws -> Value {
        await slots.acquire()
        let result: Result<Value, any Error>
        do {
            let lab = try Lab()
            do { result = .success(try await body(lab)) } catch { result = .failure(error) }
            await lab.close()
        } catch {
            result = .failure(error)
        }
        await slots.release()
        return try result.get()
    }

    private init() throws {
        var template = Array("/tmp/deploy-lab.XXXXXX".utf8CString)
        guard let path = mkdtemp(&template) else {
            throw LabError("no folder could be made in /tmp: \(String(cString: strerror(errno)))")
        }
        directory = String(cString: path)
        chmod(directory, 0o755)
        LabWatchdog.shared.watch(folder: directory)
        try makeDirectory("home")
        try makeDirectory("tmp")
    }

    /// Adds an action to the cleanup, which runs before those that were added earlier.
    package func onCleanup(_ action: @escaping @Sendable () async -> Void) {
        cleanups.withLock { $0.append(action) }
    }

    // MARK: Files

    package func path(_ relative: String) -> String { "\(directory)/\(relative)" }

    @discardableResult
    package func makeDirectory(_ relative: String) throws -> String {
        try FileManager.default.createDirectory(atPath: path(relative), withIntermediateDirectories: true)
        return path(relative)
    }

    /// Writes a file below ``directory``, with the folders it needs.
    @discardableResult
    package func write(_ text: String, to relative: String, mode: mode_t = 0o644) throws -> String {
        try write(Array(text.utf8), to: relative, mode: mode)
    }

    /// Writes a file below ``directory``, with the folders it needs.
    @discardableResult
    package func write(_ bytes: [UInt8], to relative: String, mode: mode_t = 0o644) throws -> String {
        let file = path(relative)
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        chmod(file, mode)
        return file
    }

    /// `name`, or `name-2`, `name-3`, … when it was asked for before.
    package func uniqueName(_ name: String) -> String {
        let count = names.withLock { names in
            names[name, default: 0] += 1
            return names[name] ?? 1
        }
        return count == 1 ? name : "\(name)-\(count)"
    }

    // MARK: Processes

    /// The environment of the lab's processes: nothing of the developer's.
    package var environment: [String: String] {
        [
            "PATH": Self.searchPath, "HOME": path("home"), "TMPDIR": path("tmp"), "LANG": "C.UTF-8",
            ProcessTable.mark: directory,
        ]
    }

    /// Has what is started from now on started through a program that enters a namespace, such as nsenter(1).
    func enter(_ prefix: [String]) {
        entrance.withLock { $0 = prefix }
    }

    /// The argv that runs `argv` where this lab's processes are.
    func entered(_ argv: [String]) -> [String] {
        entrance.withLock { $0 } + argv
    }

    /// Starts a process that is stopped when the lab ends.
    package func start(
        _ name: String, _ argv: [String], environment extra: [String: String] = [:], input: String = "/dev/null",
        separateErrors: Bool = false
    ) throws -> LabProcess {
        let unique = uniqueName(name)
        let process = try LabProcess.spawn(
            .init(
                name: unique, argv: entered(argv), environment: environment.merging(extra) { $1 }, directory: directory,
                input: input, output: path("\(unique).log"),
                errorOutput: separateErrors ? path("\(unique).errors.log") : nil))
        onCleanup { await process.stop() }
        return process
    }

    /// Runs a program to its end.
    ///
    /// - Throws: ``LabError`` when it cannot start, or has not ended within `limit` (it is then killed). An exit status
    ///   other than 0 is a result.
    package func command(
        _ argv: [String], environment extra: [String: String] = [:], input: String? = nil,
        within limit: Duration = .seconds(30)
    ) async throws -> LabCommandResult {
        let inputFile = try input.map { try write($0, to: uniqueName("input")) }
        let name = ((argv.first ?? "") as NSString).lastPathComponent
        let process = try start(
            name, argv, environment: extra, input: inputFile ?? "/dev/null", separateErrors: true)
        do {
            let end = try await process.wait(within: limit)
            return LabCommandResult(
                termination: end, output: process.log.bytes, errorOutput: process.errorLog.bytes)
        } catch {
            process.signal(SIGKILL)
            throw error
        }
    }

    // MARK: Keys

    /// The clients' keys of this lab, made on first use.
    package func clientKeys() async throws -> SSHClientKeys {
        let making = keys.withLock { task in
            if let task { return task }
            let new = Task { try await SSHClientKeys.generate(in: self) }  // awaited by every caller, below
            task = new
            return new
        }
        return try await making.value
    }

    // MARK: Private

    private func close() async {
        while let action = cleanups.withLock({ $0.popLast() }) { await action() }
        await ProcessTable.end(markedBy: directory)
        if ProcessInfo.processInfo.environment["DEPLOY_LAB_KEEP"] == nil {
            try? FileManager.default.removeItem(atPath: directory)
        }
    }
}
