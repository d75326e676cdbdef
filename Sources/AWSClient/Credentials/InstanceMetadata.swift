import HTTPClient

/// An EC2 instance's own metadata service, version 2: a token first, so that no forwarded request can reach it.
struct InstanceMetadata: Sendable {
    let surroundings: AWSSurroundings
    let http: HTTPClient

    /// - Throws: `.credentials`.
    func credentials() async throws(AWSError) -> AWSCredentials {
        let token = try await token()
        let path = "/latest/meta-data/iam/security-credentials/"
        let roles = String(decoding: try await get(path, token).body, as: UTF8.self)
        guard let role = roles.split(whereSeparator: \.isWhitespace).first else {
            throw AWSError(.credentials, "this instance has no role", hint: "attach an instance profile to it")
        }
        let response = try await get(path + PercentEncoding.encode(role), token)
        return try CredentialDocument.read(response.body, from: "the instance's metadata service")
    }

    /// - Returns: `nil` where this is no instance, or none that says.
    func region() async -> String? {
        guard !surroundings.isTrue("AWS_EC2_METADATA_DISABLED"), let token = try? await token(),
            let response = try? await get("/latest/meta-data/placement/region", token)
        else { return nil }
        let region = String(decoding: response.body, as: UTF8.self)
        return AWSEndpoint.isRegion(region) ? region : nil
    }

    // MARK: Private

    private func base() throws(AWSError) -> String {
        guard let stated = surroundings.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT") else {
            return "http://169.254.169.254"
        }
        return stated.hasSuffix("/") ? String(stated.dropLast()) : stated
    }

    private func token() async throws(AWSError) -> String {
        let request = HTTPRequest(
            .put, url: try base() + "/latest/api/token", headers: ["X-aws-ec2-metadata-token-ttl-seconds": "21600"])
        do {
            return String(decoding: try await send(request).body, as: UTF8.self)
        } catch  where error.kind == .credentials {
            // Nobody is there: this is no instance, and that is what has to be said.
            throw AWSError(
                .credentials,
                "there are no AWS credentials: neither in the environment nor in the profile, and this "
                    + "is no EC2 instance with a role", evidence: [error.message],
                hint: "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
        }
    }

    private func get(_ path: String, _ token: String) async throws(AWSError) -> HTTPResponse {
        try await send(HTTPRequest(url: try base() + path, headers: ["X-aws-ec2-metadata-token": token]))
    }

    private func send(_ request: HTTPRequest) async throws(AWSError) -> HTTPResponse {
        var request = request
        request.usesProxyFromEnvironment = false
        request.timeout = .seconds(3)
        // Elsewhere packets to this address vanish.
        request.connectTimeout = .seconds(1)
        do {
            let response = try await http.send(request)
            guard response.status == 200 else {
                throw AWSError(
                    .credentials, "the instance's metadata service answers with status \(response.status)")
            }
            return response
        } catch let error as AWSError {
            throw error
        } catch {
            throw AWSError(
                error.isCancellation ? .cancelled : .credentials,
                "the instance's metadata service cannot be asked: \(error)")
        }
    }
}

extension Error {
    fileprivate var isCancellation: Bool {
        guard let error = self as? HTTPClientError else { return false }
        return error.code == .cancelled || error.code == .clientShutDown
    }
}
