import Foundation

/// Processes as proc(5) shows them; the dead that nobody has reaped are not living.
enum ProcessGroup {
    static func livingMembers(of group: pid_t) -> [pid_t] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { pid_t($0) }.filter { isLiving($0) && stat(of: $0)?.group == group }
    }

    static func isLiving(_ process: pid_t) -> Bool {
        guard let state = stat(of: process)?.state else { return false }
        return state != "Z" && state != "X"
    }

    private static func stat(of process: pid_t) -> (state: Substring, group: pid_t?)? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let name = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[name...].dropFirst().split(separator: " ")
        return fields.count > 2 ? (fields[0], pid_t(fields[2])) : nil
    }
}
