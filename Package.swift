// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]

/// The arrows of the architecture: a star around `DeployModel`. `ArchitectureTests` checks the imports against it.
let package = Package(
    name: "deploy",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "deploy", targets: ["deploy"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        .systemLibrary(
            name: "CLibSSH2", pkgConfig: "libssh2", providers: [.apt(["libssh2-1-dev"]), .brew(["libssh2"])]),
        .systemLibrary(
            name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .systemLibrary(
            name: "CLibCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),

        // Libraries that know nothing of deployments.
        .target(
            name: "SSHTransport",
            dependencies: [
                "CLibSSH2", "CLibCrypto", .product(name: "Logging", package: "swift-log"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ] + nio,
            swiftSettings: settings),
        .target(name: "HTTPClient", dependencies: ["CLibCurl"], swiftSettings: settings),
        .target(name: "AWSClient", dependencies: ["HTTPClient", "CLibCrypto"], swiftSettings: settings),

        // The vocabulary and the seams.
        .target(name: "DeployModel", swiftSettings: settings),

        // The star: each knows the model, none knows another.
        .target(
            name: "InventoryLoading", dependencies: ["DeployModel", .product(name: "Yams", package: "Yams")],
            swiftSettings: settings),
        .target(name: "Rollout", dependencies: ["DeployModel"], swiftSettings: settings),
        .target(name: "CDescriptorPassing"),
        .target(
            name: "Execution",
            dependencies: [
                "DeployModel", "SSHTransport", "CDescriptorPassing", "CLibCrypto",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ] + nio,
            swiftSettings: settings),
        .target(
            name: "Balancers", dependencies: ["DeployModel", "AWSClient", "HTTPClient"] + nio, swiftSettings: settings),
        .target(name: "HealthChecks", dependencies: ["DeployModel", "HTTPClient"] + nio, swiftSettings: settings),
        .target(name: "Reporting", dependencies: ["DeployModel"], swiftSettings: settings),
        .target(name: "Notifications", dependencies: ["DeployModel", "HTTPClient"], swiftSettings: settings),

        // The composition root.
        .executableTarget(
            name: "deploy",
            dependencies: [
                "DeployModel", "SSHTransport", "AWSClient", "HTTPClient",
                "InventoryLoading", "Rollout", "Execution", "Balancers", "HealthChecks", "Reporting",
                "Notifications",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ] + nio,
            swiftSettings: settings),

        // Tests.
        .target(
            name: "TestSupport", dependencies: ["DeployModel"] + nio, path: "Tests/TestSupport",
            swiftSettings: settings),
        .testTarget(
            name: "SSHTransportTests",
            dependencies: ["SSHTransport", "TestSupport", .product(name: "Logging", package: "swift-log")] + nio,
            swiftSettings: settings),
        .testTarget(
            name: "HTTPClientTests", dependencies: ["HTTPClient", "TestSupport"] + nio, swiftSettings: settings),
        .testTarget(
            name: "AWSClientTests", dependencies: ["AWSClient", "HTTPClient", "TestSupport"], exclude: ["Fixtures"],
            swiftSettings: settings),
        .testTarget(name: "DeployModelTests", dependencies: ["DeployModel", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "InventoryLoadingTests",
            dependencies: ["InventoryLoading", "TestSupport", .product(name: "Yams", package: "Yams")],
            swiftSettings: settings),
        .testTarget(name: "RolloutTests", dependencies: ["Rollout", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "ExecutionTests",
            dependencies: [
                "Execution", "SSHTransport", "TestSupport", "deploy",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ] + nio,
            swiftSettings: settings),
        .testTarget(
            name: "BalancersTests", dependencies: ["Balancers", "AWSClient", "HTTPClient", "TestSupport"] + nio,
            swiftSettings: settings),
        .testTarget(
            name: "HealthChecksTests", dependencies: ["HealthChecks", "HTTPClient", "TestSupport"],
            swiftSettings: settings),
        .testTarget(name: "ReportingTests", dependencies: ["Reporting", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "NotificationsTests", dependencies: ["Notifications", "HTTPClient", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "DeployCommandTests",
            dependencies: [
                "deploy", "TestSupport", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .testTarget(name: "ArchitectureTests", swiftSettings: settings),
        .testTarget(
            name: "IntegrationTests", dependencies: ["SSHTransport", "TestSupport", "deploy"], swiftSettings: settings),
    ]
)
