#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

extension KnownHosts {
    /// Reads files; one that is not there, or cannot be read, counts as empty, as in ssh(1): its hosts are then unknown.
    ///
    /// - Parameter text: counts like one more file.
    package init(readingFiles paths: [String], _ text: KnownHostsText? = nil) {
        self.init(files: Self.files(at: paths) + (text.map { [(path: $0.source, text: $0.text)] } ?? []))
    }

    static func files(at paths: [String]) -> [(path: String, text: String)] {
        paths.map { path in
            let contents = FileManager.default.contents(atPath: path)
            return (path: path, text: contents.map { String(decoding: $0, as: UTF8.self) } ?? "")
        }
    }
}
