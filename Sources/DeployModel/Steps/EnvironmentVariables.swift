/// The variables that an `env` sets: some in the clear, some by the name of a secret whose value is looked up when a run
/// starts.
package struct EnvironmentVariables: Sendable, Hashable {
    package var clear: [String: String]
    /// The names of secrets, by the names of the variables that hold them.
    package var secret: [String: String]

    package init(_ clear: [String: String] = [:], secret: [String: String] = [:]) {
        self.clear = clear
        self.secret = secret
    }

    package var isEmpty: Bool { clear.isEmpty && secret.isEmpty }

    /// These variables, and those of `base` that they do not set.
    package func over(_ base: EnvironmentVariables) -> EnvironmentVariables {
        EnvironmentVariables(
            base.clear.filter { secret[$0.key] == nil }.merging(clear) { $1 },
            secret: base.secret.filter { clear[$0.key] == nil }.merging(secret) { $1 })
    }

    /// All variables with their values; a secret that was not looked up is left out.
    package func exposed(_ values: SecretValues) -> [String: String] {
        clear.merging(secret.compactMapValues { values[$0]?.exposed }) { $1 }
    }
}

extension EnvironmentVariables: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init(Dictionary(elements) { $1 })
    }
}
