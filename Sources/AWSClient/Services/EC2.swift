/// The calls of EC2 that find out which machine an instance is.
package struct EC2: Sendable {
    private let client: QueryClient

    package init(_ client: QueryClient) { self.client = client }

    package struct Instance: Sendable, Hashable {
        package var id: String
        /// `running`, `stopped` and so on.
        package var state: String
        package var availabilityZone: String?
        package var tags: [String: String]
        package var privateAddresses: [String]
        package var publicAddresses: [String]
        package var dnsNames: [String]
        /// The one of ``dnsNames`` that is of the network it is in.
        package var privateName: String?
    }

    /// What instances are looked for by: one of the values.
    package struct Filter: Sendable, Hashable {
        package var name: String
        package var values: [String]

        package init(name: String, values: [String]) {
            self.name = name
            self.values = values
        }
    }

    /// What instances can be looked up by.
    package enum Key: String, Sendable, Hashable {
        case instanceID = "instance-id"
        case privateAddress = "private-ip-address"
        case publicAddress = "ip-address"
        case publicName = "dns-name"
        case privateName = "private-dns-name"
        case nameTag = "tag:Name"
    }

    /// The instances that exist; one that does not is no error.
    package func instances(by key: Key, _ values: [String]) async throws(AWSError) -> [Instance] {
        var instances: [Instance] = []
        var rest = values[...]
        // As many values as AWS takes in one filter.
        while !rest.isEmpty {
            instances += try await self.instances([Filter(name: key.rawValue, values: Array(rest.prefix(200)))])
            rest = rest.dropFirst(200)
        }
        return instances
    }

    /// The instances that all filters let through, on all pages.
    package func instances(_ filters: [Filter]) async throws(AWSError) -> [Instance] {
        var request = QueryRequest("DescribeInstances")
        for (index, filter) in filters.enumerated() {
            request.set("Filter.\(index + 1).Name", filter.name)
            request.set("Filter.\(index + 1).Value", numbered: filter.values)
        }
        var instances: [Instance] = []
        var seenTokens: Set<String> = []
        while true {
            let answer = try await client.call(request)
            for reservation in answer.list("reservationSet") {
                instances += reservation.list("instancesSet").compactMap(Self.instance)
            }
            // A token that comes again would lead round and round.
            guard let token = answer.text("nextToken"), seenTokens.insert(token).inserted else { return instances }
            request.replace("NextToken", token)
        }
    }

    // MARK: Private

    private static func instance(_ item: AnswerElement) -> Instance? {
        guard let id = item.text("instanceId") else { return nil }
        let interfaces = item.list("networkInterfaceSet").flatMap { interface in
            interface.list("privateIpAddressesSet")
        }
        let tags = item.list("tagSet").compactMap { tag in tag.text("key").map { ($0, tag["value"]?.text ?? "") } }
        return Instance(
            id: id, state: item.text("instanceState", "name") ?? "",
            availabilityZone: item.text("placement", "availabilityZone"),
            tags: Dictionary(tags, uniquingKeysWith: { first, _ in first }),
            privateAddresses: unique([item.text("privateIpAddress")] + interfaces.map { $0.text("privateIpAddress") }),
            publicAddresses: unique([item.text("ipAddress")] + interfaces.map { $0.text("association", "publicIp") }),
            dnsNames: unique([item.text("dnsName"), item.text("privateDnsName")]),
            privateName: item.text("privateDnsName"))
    }

    private static func unique(_ values: [String?]) -> [String] {
        var seen: Set<String> = []
        return values.compactMap(\.self).filter { seen.insert($0).inserted }
    }
}
