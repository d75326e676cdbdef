import SSHTransport

extension ShellScript {
    /// Both scripts as one command of the host: the second runs where the first succeeded, each in a subshell of its own, so
    /// that neither sees the other's arguments, variables, directory or `exit 0`.
    func then(_ next: ShellScript) -> ShellScript {
        var both = self
        let own = arguments.indices.map { " \"${\($0 + 1)}\"" }.joined()
        both.text = "(\nset --\(own)\n\(text)\n)\nshift \(arguments.count)\n(\n\(next.text)\n)\n"
        both.arguments += next.arguments
        return both
    }
}
