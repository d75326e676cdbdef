package import DeployModel

/// A fold of one event stream into text. It decides nothing and asks no one: the same events give the same text.
package protocol EventRenderer: Sendable {
    /// The text for one event, line ends included; empty where there is nothing to say.
    mutating func render(_ event: DeployEvent) -> String
}
