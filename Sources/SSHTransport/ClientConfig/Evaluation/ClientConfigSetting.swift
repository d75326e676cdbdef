/// Who says a value.
package enum ClientConfigOrigin: Hashable, Sendable {
    /// Neither a file nor the caller says anything.
    case byDefault
    /// The query said it.
    case query
    case line(ClientConfigLocation)
}

/// A value, and where it comes from.
package struct ClientConfigSetting<Value> {
    package var value: Value
    package var origin: ClientConfigOrigin

    init(_ value: Value, _ origin: ClientConfigOrigin) {
        self.value = value
        self.origin = origin
    }

    /// The line that says it.
    package var location: ClientConfigLocation? {
        if case .line(let location) = origin { location } else { nil }
    }
}

extension ClientConfigSetting: Sendable where Value: Sendable {}
extension ClientConfigSetting: Equatable where Value: Equatable {}
extension ClientConfigSetting: Hashable where Value: Hashable {}
