package import AWSClient
package import HTTPClient

/// What the AWS driver needs of this machine: variables, files and programs for the credentials, and a way out.
package struct AWSAccess: Sendable {
    package var surroundings: AWSSurroundings
    package var http: HTTPClient
    package var clock: AWSClock

    package init(surroundings: AWSSurroundings, http: HTTPClient, clock: AWSClock = .system) {
        self.surroundings = surroundings
        self.http = http
        self.clock = clock
    }
}
