/// Puts values in the place of `%`-tokens, `${NAME}` and `~`.
struct ClientConfigExpansion {
    /// Why a text cannot be expanded.
    struct Failure: Error, Hashable {
        var message: String
    }

    /// What the tokens stand for, by their letter.
    var tokens: [UInt8: String] = [:]

    /// - Throws: for a `%` at the end, or before a letter that stands for nothing here.
    func expandingTokens(_ text: String) throws(Failure) -> String {
        try expand(text, variables: nil)
    }

    func expandingTokens(_ text: String, variables: [String: String]) throws(Failure) -> String {
        try expand(text, variables: variables)
    }

    /// Expands `${NAME}` alone.
    static func expandingVariables(_ text: String, _ variables: [String: String]) throws(Failure) -> String {
        try ClientConfigExpansion().expand(text, variables: variables, hasTokens: false)
    }

    /// Puts the home in the place of a `~` or `~name` at the beginning.
    static func expandingHome(_ path: String, in environment: ClientConfigEnvironment) throws(Failure) -> String {
        guard path.hasPrefix("~") else { return path }
        let user = path.dropFirst().prefix { $0 != "/" }
        let rest = path.dropFirst(1 + user.count).drop { $0 == "/" }
        guard let home = user.isEmpty ? environment.homeDirectory : environment.homeOfUser(String(user)) else {
            throw Failure(message: "there is no user `\(user)`")
        }
        return (home.hasSuffix("/") ? home : home + "/") + rest
    }

    // MARK: Private

    private func expand(
        _ text: String, variables: [String: String]?, hasTokens: Bool = true
    ) throws(Failure) -> String {
        var result: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if let variables, byte == UInt8(ascii: "$"), rest.first == UInt8(ascii: "{") {
                let name = rest.dropFirst().prefix { $0 != UInt8(ascii: "}") }
                guard name.endIndex < rest.endIndex else { throw Failure(message: "a `${` is not closed") }
                guard let value = variables[String(decoding: name, as: UTF8.self)] else {
                    throw Failure(
                        message: "the environment has no variable `\(String(decoding: name, as: UTF8.self))`")
                }
                result += value.utf8
                rest = rest[name.endIndex...].dropFirst()
            } else if hasTokens, byte == UInt8(ascii: "%") {
                guard let token = rest.popFirst() else { throw Failure(message: "it ends with a `%`") }
                if token == UInt8(ascii: "%") {
                    result.append(token)
                } else if let value = tokens[token] {
                    result += value.utf8
                } else {
                    let name = String(decoding: [UInt8(ascii: "%"), token], as: UTF8.self)
                    throw Failure(message: "`\(name)` stands for nothing here")
                }
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
