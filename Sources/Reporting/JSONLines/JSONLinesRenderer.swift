package import DeployModel

/// Every event as one line of JSON.
package struct JSONLinesRenderer: EventRenderer {
    private let redactor: Redactor

    package init(_ redactor: Redactor = Redactor([])) {
        self.redactor = redactor
    }

    package mutating func render(_ event: DeployEvent) -> String {
        EventCodec.line(event, redactor) + "\n"
    }
}
