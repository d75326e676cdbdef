import AWSClient

extension ELBv2.Target {
    /// How the target is named in plans and events: `i-0abc:3000`.
    var name: String { "\(id):\(port)" }

    /// Reads back a ``name``, or returns `nil` for what is none.
    init?(name: String, availabilityZone: String? = nil) {
        guard let colon = name.lastIndex(of: ":"), colon > name.startIndex,
            let port = UInt16(name[name.index(after: colon)...]), port > 0
        else { return nil }
        self.init(id: String(name[..<colon]), port: Int(port), availabilityZone: availabilityZone)
    }
}
