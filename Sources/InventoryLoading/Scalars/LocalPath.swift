/// Paths on this machine as the file writes them: relative to the file, absolute, or with a leading `~`.
enum LocalPath {
    /// The absolute path, with `~` filled in from `home` where that is known.
    static func absolute(_ path: String, in directory: String, home: String?) -> String {
        if path == "~" || path.hasPrefix("~/"), let home, home.hasPrefix("/") {
            return normalized(home + path.dropFirst())
        }
        return keepingHome(path, in: directory)
    }

    /// The absolute path, a leading `~` left as it is.
    static func keepingHome(_ path: String, in directory: String) -> String {
        if path == "~" || path.hasPrefix("~/") { return path }
        return normalized(path.hasPrefix("/") ? path : directory + "/" + path)
    }

    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// Without `.`, `..`, doubled and trailing slashes, by the text alone: a symbolic link before `..` is not followed.
    static func normalized(_ path: String) -> String {
        var components: [Substring] = []
        for component in path.split(separator: "/") where component != "." {
            if component == ".." { _ = components.popLast() } else { components.append(component) }
        }
        return "/" + components.joined(separator: "/")
    }
}
