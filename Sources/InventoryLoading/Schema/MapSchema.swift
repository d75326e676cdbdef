/// The keys that one map of the file may hold, and what may stand below them.
package struct MapSchema: Sendable {
    package indirect enum Value: Sendable {
        /// A scalar, or a list of scalars.
        case value
        case map(MapSchema)
        case list(Value)
        /// A map whose keys are names of the user's choosing.
        case names(Value)
        /// The shapes a value may have, told apart by being a scalar, a list or a map.
        case oneOf([Value])
    }

    package struct Key: Sendable {
        package var name: String
        package var value: Value

        init(_ name: String, _ value: Value = .value) {
            self.name = name
            self.value = value
        }
    }

    /// What the map is called in messages: `` `rollout` ``, `a host`.
    package var name: String
    var keys: [Key]

    init(_ name: String, _ keys: [Key]) {
        self.name = name
        self.keys = keys
    }

    package func key(_ name: String) -> Key? {
        keys.first { $0.name == name }
    }

    /// The keys that can be used.
    package var supportedKeys: [String] { keys.map(\.name) }
}

extension MapSchema {
    /// This map and all maps below it, each once by its name.
    package var all: [MapSchema] {
        var found: [MapSchema] = []
        func visit(_ map: MapSchema) {
            guard !found.contains(where: { $0.name == map.name }) else { return }
            found.append(map)
            for key in map.keys { visit(key.value) }
        }
        func visit(_ value: Value) {
            switch value {
            case .value: break
            case .map(let map): visit(map)
            case .list(let item), .names(let item): visit(item)
            case .oneOf(let shapes):
                for shape in shapes { visit(shape) }
            }
        }
        visit(self)
        return found
    }
}
