package import AWSClient
package import DeployModel
import HTTPClient

/// A source that asks AWS, with a client that lives as long as the question.
package struct AWSHostSource: HostSource {
    private let surroundings: AWSSurroundings
    private let make: @Sendable (AWSAccess) -> any HostSource

    package init(_ surroundings: AWSSurroundings, _ make: @escaping @Sendable (AWSAccess) -> any HostSource) {
        self.surroundings = surroundings
        self.make = make
    }

    package func hosts() async throws(DeployError) -> SourcedHosts {
        do {
            return try await HTTPClient.withClient { http in
                try await make(AWSAccess(surroundings: surroundings, http: http)).hosts()
            }
        } catch let error as DeployError {
            throw error
        } catch {
            throw DeployError(.internal, "AWS cannot be asked: \(error)")
        }
    }
}
