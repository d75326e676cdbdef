package import Foundation

/// What `/proc` says about processes.
package enum ProcessTable {
    /// The variable that every process of a lab carries, and so also what it left behind in the background.
    static let mark = "DEPLOY_LAB"

    package static func children(of parent: pid_t) -> [pid_t] {
        all().filter { self.parent(of: $0) == parent }
    }

    /// The children of `ancestor`, their children, and so on; parents before children.
    package static func descendants(of ancestor: pid_t) -> [pid_t] {
        let parents = all().map { (pid: $0, parent: parent(of: $0)) }
        var found: [pid_t] = []
        var front = [ancestor]
        while !front.isEmpty {
            front = parents.filter { $0.parent.map(front.contains) ?? false }.map(\.pid)
            found += front
        }
        return found
    }

    /// The first word of the command line, as the process itself may have set it (`sshd: root@notty`).
    package static func title(of pid: pid_t) -> String {
        let bytes = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(pid)/cmdline"))) ?? Data()
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    package static func isRunning(_ pid: pid_t) -> Bool {
        guard let state = stat(of: pid)?.first else { return false }
        return state != "Z" && state != "X"
    }

    /// When the process started, in clock ticks since boot: together with the pid it names one process for good.
    static func startTime(of pid: pid_t) -> String? {
        stat(of: pid).flatMap { $0.count > 19 ? String($0[19]) : nil }
    }

    /// Ends every process that a lab left behind: those whose environment names its folder.
    static func end(markedBy directory: String) async {
        for signal in [SIGTERM, SIGKILL] {
            var left = marked(by: directory)
            for pid in left { kill(pid, signal) }
            for _ in 0..<200 where !left.isEmpty {
                usleep(10_000)
                left = left.filter(isRunning)
            }
        }
    }

    /// `VmHWM` of `/proc/PID/status`: the most memory that a process has had at once since it began its program.
    package static func peakMemoryKilobytes(of pid: pid_t) -> Int? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8) else { return nil }
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.filter(\.isNumber)) }
    }

    // MARK: Private

    package static func marked(by directory: String) -> [pid_t] {
        let entry = Data("\(mark)=\(directory)\0".utf8)
        return all().filter { pid in
            guard pid != getpid(), isRunning(pid),
                let environment = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(pid)/environ"))
            else { return false }
            return environment.range(of: entry) != nil
        }
    }

    private static func all() -> [pid_t] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
    }

    private static func parent(of pid: pid_t) -> pid_t? {
        stat(of: pid).flatMap { $0.count > 1 ? pid_t($0[1]) : nil }
    }

    /// The fields of `/proc/PID/stat` after the name: state, parent, … (proc(5)).
    private static func stat(of pid: pid_t) -> [Substring]? {
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(pid)/stat")) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return nil }
        return text[text.index(after: end)...].split(separator: " ")
    }
}
