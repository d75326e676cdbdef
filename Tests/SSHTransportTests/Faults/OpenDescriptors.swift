import Foundation

/// What this process holds open, by `/proc/self/fd`: sockets and pipes alone, since the runtime opens files of its own.
enum OpenDescriptors {
    static func count() -> Int {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return entries.count { entry in
            let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(entry)")) ?? ""
            return target.hasPrefix("socket:") || target.hasPrefix("pipe:")
        }
    }
}
