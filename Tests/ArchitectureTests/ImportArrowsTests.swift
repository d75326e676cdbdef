import Foundation
import Testing

/// The compiler lets a target import any sibling that happens to be built; this suite does not.
struct ImportArrowsTests {
    /// Which of the project's own modules each target may import: the picture in Architecture.md.
    static let arrows: [String: Set<String>] = [
        "SSHTransport": ["CLibSSH2", "CLibCrypto"],
        "HTTPClient": ["CLibCurl"],
        "AWSClient": ["HTTPClient", "CLibCrypto"],
        "DeployModel": [],
        "InventoryLoading": ["DeployModel"],
        "Rollout": ["DeployModel"],
        "Execution": ["DeployModel", "SSHTransport", "CDescriptorPassing", "CLibCrypto"],
        "Balancers": ["DeployModel", "AWSClient", "HTTPClient"],
        "HealthChecks": ["DeployModel", "HTTPClient"],
        "Reporting": ["DeployModel"],
        "Notifications": ["DeployModel", "HTTPClient"],
    ]

    /// Modules that can open a socket or start a program, which decisions must never see.
    static let outsideWorld: Set<String> = [
        "NIOCore", "NIOPosix", "NIOHTTP1", "Subprocess", "SystemPackage", "SSHTransport", "HTTPClient", "AWSClient",
        "FoundationNetworking",
    ]

    @Test(arguments: arrows.keys.sorted())
    func `a target imports only what the picture allows`(target: String) throws {
        let own = Set(Self.arrows.keys).union(["CLibSSH2", "CLibCrypto", "CLibCurl", "CDescriptorPassing"])
        let allowed = try #require(Self.arrows[target])
        for file in try SourceFile.all(under: "Sources/\(target)") {
            for module in file.importedModules where own.contains(module) && module != target {
                #expect(allowed.contains(module), "\(file.path) imports `\(module)`: no such arrow in the picture")
            }
        }
    }

    @Test(arguments: ["DeployModel", "Rollout", "InventoryLoading", "Reporting"])
    func `what decides cannot open a socket`(target: String) throws {
        for file in try SourceFile.all(under: "Sources/\(target)") {
            let forbidden = file.importedModules.intersection(Self.outsideWorld)
            #expect(forbidden.isEmpty, "\(file.path) imports \(forbidden.sorted().joined(separator: ", "))")
        }
    }

    @Test func `only one file of the program knows every target`() throws {
        let star: Set<String> = ["InventoryLoading", "Rollout", "Execution", "Balancers", "HealthChecks", "Reporting"]
        let knowing = try SourceFile.all(under: "Sources/deploy").filter { $0.importedModules.isSuperset(of: star) }
        #expect(knowing.map(\.name) == ["Wiring.swift"])
    }

    @Test func `every target of the picture exists`() throws {
        for target in Self.arrows.keys {
            #expect(try !SourceFile.all(under: "Sources/\(target)").isEmpty, "Sources/\(target) is empty")
        }
    }
}
