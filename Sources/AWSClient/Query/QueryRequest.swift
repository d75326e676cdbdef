/// One call, as names and values.
package struct QueryRequest: Sendable, Hashable {
    package struct Parameter: Sendable, Hashable {
        package var name: String
        package var value: String
    }

    package var action: String
    package private(set) var parameters: [Parameter] = []
    /// Whether doing it twice is as good as once; if not, a call whose answer was lost is not sent again.
    package var isRepeatable = true
    package var isSigned = true
    /// How often it is tried in all.
    package var maximumAttempts = 5

    package init(_ action: String) { self.action = action }

    package mutating func set(_ name: String, _ value: String) {
        parameters.append(Parameter(name: name, value: value))
    }

    package mutating func set(_ name: String, _ value: String?) {
        if let value { set(name, value) }
    }

    /// Sets what a further page is asked for with.
    package mutating func replace(_ name: String, _ value: String) {
        parameters.removeAll { $0.name == name }
        set(name, value)
    }

    /// `Name.member.1`, `Name.member.2` and so on.
    package mutating func set(_ name: String, members: [String]) {
        for (index, value) in members.enumerated() { set("\(name).member.\(index + 1)", value) }
    }

    /// EC2's spelling: `Name.1`, `Name.2` and so on.
    package mutating func set(_ name: String, numbered values: [String]) {
        for (index, value) in values.enumerated() { set("\(name).\(index + 1)", value) }
    }

    /// The body of the POST.
    func form(for service: AWSService) -> String {
        let head = [Parameter(name: "Action", value: action), Parameter(name: "Version", value: service.version)]
        return (head + parameters)
            .map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }.joined(separator: "&")
    }
}
