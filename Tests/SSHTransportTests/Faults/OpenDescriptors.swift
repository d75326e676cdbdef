import Foundation

/// What this process holds open, by `/proc/self/fd`: sockets and pipes alone, since the runtime opens files of its own.
enum OpenDescriptors {
    static func count() -> Int {
        entries("/proc/self/fd").count { entry in
            let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(entry)")) ?? ""
            return target.hasPrefix("socket:") || target.hasPrefix("pipe:")
        }
    }

    static func threadCount() -> Int { entries("/proc/self/task").count }

    private static func entries(_ path: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    }
}
