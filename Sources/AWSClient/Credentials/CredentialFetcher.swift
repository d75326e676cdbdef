import HTTPClient

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Asks a source for credentials, each time anew.
struct CredentialFetcher: Sendable {
    let surroundings: AWSSurroundings
    let http: HTTPClient
    let endpoints: EndpointSettings
    /// For STS.
    let region: String
    let clock: AWSClock

    /// - Throws: `.credentials` naming the source; `.settings`; `.refused` where STS refuses a role; `.cancelled`.
    func fetch(_ source: CredentialSource) async throws(AWSError) -> AWSCredentials {
        switch source {
        case .fixed(let credentials): return credentials
        case .role(let role, let base):
            let credentials = try await fetch(base)
            return try await sts(signedWith: credentials).assume(role)
        case .webIdentity(let role, let file):
            guard let token = try surroundings.text(of: file)?.trimmed, !token.isEmpty else {
                throw AWSError(.credentials, "the web identity token file `\(file)` is missing or empty")
            }
            return try await sts(signedWith: nil).assume(role, webIdentityToken: token)
        case .singleSignOn(let settings): return try await singleSignOn(settings)
        case .process(let line): return try await process(line)
        case .container(let container): return try await self.container(container)
        case .instanceMetadata:
            return try await InstanceMetadata(surroundings: surroundings, http: http).credentials()
        case .commandLineTool(let profile, let reason): return try await commandLineTool(profile, because: reason)
        }
    }

    // MARK: Private

    private struct SignedWith: CredentialProvider {
        var known: AWSCredentials?

        func credentials() async throws(AWSError) -> AWSCredentials {
            guard let known else { throw AWSError(.credentials, "this call is not signed") }
            return known
        }

        func reject(_ credentials: AWSCredentials) async {}
    }

    private func sts(signedWith credentials: AWSCredentials?) throws(AWSError) -> STS {
        let session = AWSSession(http: http, credentials: SignedWith(known: credentials), clock: clock)
        let endpoint = try endpoints.endpoint(of: .sts, region: region)
        return STS(QueryClient(.sts, region: region, endpoint: endpoint, session: session))
    }

    private func singleSignOn(_ settings: CredentialSource.SingleSignOn) async throws(AWSError) -> AWSCredentials {
        let login = "aws sso login --profile \(settings.profile)"
        let origin = "the single sign-on of profile `\(settings.profile)`"
        let name = SHA1Digest.hex(settings.cacheKey)
        let cached = try surroundings.text(of: "~/.aws/sso/cache/\(name).json")
        let token = cached.flatMap { try? JSONDecoder().decode(CachedToken.self, from: Data($0.utf8)) }
        guard let token, let end = AWSTime.extended(token.expiresAt), end > clock.now() else {
            do {
                // Version 2 of the command line can renew a token that has expired.
                return try await commandLineTool(settings.profile, because: "\(origin) has expired")
            } catch  where error.kind == .credentials {
                throw AWSError(
                    .credentials, "\(origin) has \(cached == nil ? "not begun" : "expired")", hint: "run `\(login)`")
            }
        }
        var base = "https://portal.sso.\(settings.region).amazonaws.com/"
        if let (text, place) = endpoints.override(named: "SSO") { base = try AWSEndpoint(text, from: place).url }
        if !base.hasSuffix("/") { base += "/" }
        let query =
            "role_name=\(PercentEncoding.encode(settings.roleName))"
            + "&account_id=\(PercentEncoding.encode(settings.accountID))"
        let request = HTTPRequest(
            url: "\(base)federation/credentials?\(query)",
            headers: ["x-amz-sso_bearer_token": token.accessToken, "Accept": "application/json"])
        let response = try await send(request, origin)
        guard response.status != 401 else {
            throw AWSError(.credentials, "\(origin) is no longer accepted", hint: "run `\(login)`")
        }
        return try document(response, origin)
    }

    private struct CachedToken: Decodable {
        var accessToken: String
        var expiresAt: String
    }

    private func process(_ line: String) async throws(AWSError) -> AWSCredentials {
        let result = try await run(["/bin/sh", "-c", line], "`credential_process`")
        guard result.status == 0 else {
            throw AWSError(
                .credentials, "`credential_process` ended with status \(result.status)",
                evidence: Self.lastLines(result.errors))
        }
        return try CredentialDocument.read(Array(result.output.utf8), from: "`credential_process`")
    }

    private func container(_ container: CredentialSource.Container) async throws(AWSError) -> AWSCredentials {
        var request = HTTPRequest(url: container.url, headers: ["Accept": "application/json"])
        request.usesProxyFromEnvironment = false
        // The file is renewed while we run.
        if let file = container.tokenFile {
            guard let token = try surroundings.text(of: file)?.trimmed else {
                throw AWSError(.credentials, "the container's token file `\(file)` is missing")
            }
            request.headers.append(name: "Authorization", value: token)
        } else if let token = container.token {
            request.headers.append(name: "Authorization", value: token)
        }
        let origin = "the container's credential service"
        return try document(try await send(request, origin), origin)
    }

    private func commandLineTool(_ profile: String?, because reason: String) async throws(AWSError) -> AWSCredentials {
        let origin = "`aws configure export-credentials`"
        let help = "version 2 of the AWS command line can get them; it is not here"
        let version: AWSSurroundings.ProgramResult
        do throws(AWSError) {
            version = try await run(["aws", "--version"], "`aws`")
        } catch  where error.kind == .credentials {
            throw AWSError(.credentials, reason, hint: help)
        }
        guard version.status == 0, version.output.hasPrefix("aws-cli/2") else {
            throw AWSError(.credentials, reason, hint: help)
        }
        let choice = profile.map { ["--profile", $0] } ?? []
        let result = try await run(
            ["aws", "configure", "export-credentials"] + choice + ["--format", "process"], origin)
        guard result.status == 0 else {
            throw AWSError(
                .credentials, "\(reason), and \(origin) ended with status \(result.status)",
                evidence: Self.lastLines(result.errors))
        }
        return try CredentialDocument.read(Array(result.output.utf8), from: origin)
    }

    private func run(_ command: [String], _ origin: String) async throws(AWSError) -> AWSSurroundings.ProgramResult {
        do {
            return try await surroundings.run(command)
        } catch is CancellationError {
            throw AWSError(.cancelled, "\(origin) was cancelled")
        } catch {
            throw AWSError(.credentials, "\(origin) cannot be run: \(error)")
        }
    }

    private func send(_ request: HTTPRequest, _ origin: String) async throws(AWSError) -> HTTPResponse {
        do {
            return try await http.send(request)
        } catch {
            let isCancelled = error.code == .cancelled || error.code == .clientShutDown
            throw AWSError(isCancelled ? .cancelled : .credentials, "\(origin) cannot be asked: \(error)")
        }
    }

    private func document(_ response: HTTPResponse, _ origin: String) throws(AWSError) -> AWSCredentials {
        guard response.status == 200 else {
            throw AWSError(.credentials, "\(origin) answers with status \(response.status)")
        }
        return try CredentialDocument.read(response.body, from: origin)
    }

    private static func lastLines(_ text: String) -> [String] {
        text.suffix(400).split(whereSeparator: \.isNewline).suffix(3).map(String.init)
    }
}

extension String {
    /// Without the white space around it.
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
