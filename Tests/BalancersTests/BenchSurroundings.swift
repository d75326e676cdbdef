import AWSClient
import DeployModel
import HTTPClient
import TestSupport

@testable import Balancers

extension BalancerSurroundings {
    /// What a driver is given on a bench: programs of this machine, and no AWS.
    static func bench(
        _ lab: Lab, fleet: [Host], run: String = "run-1", shell: LocalShell? = nil,
        environment: [String: String] = [:]
    ) throws -> Self {
        let nothing = AWSSurroundings(
            environment: [:], readFile: { _ in nil },
            run: { _ in AWSSurroundings.ProgramResult(status: 1, output: "", errors: "") })
        let http = try HTTPClient()
        return BalancerSurroundings(
            service: "shop", run: run, fleet: fleet, hosts: HAProxyBench.hosts(shell: shell),
            commands: BenchCommands(lab: lab), aws: AWSAccess(surroundings: nothing, http: http), http: http,
            environment: environment)
    }
}
