// swift-tools-version: 6.2
import PackageDescription

// The house has three floors and an import only ever points down: see docs/architecture.md.
// Tests/HouseTests holds this file to that table.

let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioTesting: Target.Dependency = .product(name: "NIOTestUtils", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

func room(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: house)
}

func door(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: house)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: house)
}

let package = Package(
    name: "beamctl",
    products: [
        .executable(name: "beamctl", targets: ["beamctl"]),
        .executable(name: "beamctl-daemon", targets: ["BeamctlDaemon"]),
        .executable(name: "beamctl-dns", targets: ["NameServer"]),
        .executable(name: "beamctl-entrance", targets: ["Entrance"]),
        .executable(name: "beamctl-keeper", targets: ["ReplicaKeeper"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
    ],
    targets: [
        // Faces
        door("beamctl", ["BeamctlCommands"]),
        room(
            "BeamctlCommands",
            [
                "LocalPlatform", "KubernetesPlatform", "KubernetesClient", "HeadlessDNS", "ControlAPI",
                "HTTPTransport", "Deploying", "ImageBuild", "AppManifest",
                "BeamRelease", "OCIImage", "OCIRegistry", "DockerClient", "FleetModel",
                "ProcessTree", "CLinux", arguments, nioCore, nioPosix,
            ]),
        door(
            "BeamctlDaemon",
            [
                "ControlAPI", "LocalPlatform", "FleetStore", "FleetModel", "HTTPTransport", logging, lifecycle, nioCore,
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ]),
        room("ControlAPI", ["FleetModel", "HTTPTransport", nioCore]),
        // Platform
        room(
            "Deploying",
            [
                "FleetModel", "AppManifest", "BeamRelease", "ImageBuild", "OCIImage", subprocess,
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        room(
            "LocalPlatform",
            [
                "FleetModel", "FleetStore", "HeadlessDNS", "HTTPEntrance", "ProcessControl", "NodeHealth", "ErlangDistribution",
                "BeamRelease", "CrashDump", "HTTPTransport", "DockerClient", "OCIImage", "ProcessTree", "CLinux", logging,
                nioCore, nioPosix,
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        room(
            "KubernetesPlatform",
            [
                "FleetModel", "JSONText", "KubernetesClient", "HeadlessDNS", "NodeHealth", "ErlangDistribution", "BeamRelease",
                "CrashDump", nioCore, nioPosix,
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        door("ReplicaKeeper", ["CLinux", "ProcessTree"]),
        door("NameServer", ["HeadlessDNS", "ProcessControl", nioCore, nioPosix]),
        door("Entrance", ["HTTPEntrance", "ProcessControl", nioCore, nioPosix]),
        room(
            "ImageBuild",
            [
                "BeamRelease", "OCIImage", "OCIRegistry", "DockerClient", "HTTPTransport",
                .product(name: "Mustache", package: "swift-mustache"),
            ]),
        room("NodeHealth", ["FleetModel", "ErlangDistribution", "ExternalTermFormat", "CrashDump"]),
        room(
            "FleetStore",
            ["FleetModel", .product(name: "GRDB", package: "GRDB.swift")]),
        room("AppManifest", ["FleetModel", .product(name: "Yams", package: "Yams")]),
        room("FleetModel"),
        // Ground
        .target(name: "CLinux"),
        room(
            "ErlangDistribution",
            ["ExternalTermFormat", nioCore, nioPosix, .product(name: "Crypto", package: "swift-crypto")]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        room("ExternalTermFormat", ["CZlib", nioCore]),
        .systemLibrary(name: "CDatagrams"),
        room("HeadlessDNS", ["DNSMessage", "JSONText", "ProcessControl", "CDatagrams", nioCore, nioPosix]),
        room(
            "HTTPEntrance",
            [
                "HTTPMessage", "JSONText", "ProcessControl", nioCore, nioPosix,
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        room("HTTPMessage", [nioCore]),
        room("ProcessControl", ["JSONText", nioCore, nioPosix]),
        room("JSONText"),
        room("ProcessTree", ["CLinux"]),
        room("DNSMessage", [nioCore]),
        room("CrashDump"),
        room(
            "OCIImage",
            [
                "CZlib", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        room("DockerClient", ["HTTPTransport", nioCore]),
        room("OCIRegistry", ["OCIImage", "HTTPTransport", nioCore]),
        room(
            "KubernetesClient",
            [
                "HTTPTransport", "JSONText", nioCore, subprocess, .product(name: "Yams", package: "Yams"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
            ]),
        room("BeamRelease", ["ProcessTree", .product(name: "Crypto", package: "swift-crypto")]),
        room(
            "HTTPTransport",
            [
                nioCore, nioPosix, .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ]),

        // Tests
        tests("FleetModelTests", ["FleetModel"]),
        tests(
            "KubernetesPlatformTests",
            [
                "KubernetesPlatform", "KubernetesClient", "AppManifest", "FleetModel", "JSONText",
                .product(name: "Yams", package: "Yams"),
            ], resources: [.copy("Golden"), .copy("Recorded"), .copy("Vectors"), .copy("Support/validate.py")]),
        tests("ReplicaKeeperTests", ["ReplicaKeeper", "TestSupport"]),
        tests(
            "LocalPlatformTests",
            [
                "LocalPlatform", "TestSupport", "FleetModel", "FleetStore", "BeamRelease", "HeadlessDNS", "HTTPEntrance",
                "HTTPTransport", "DockerClient", "ProcessTree",
                logging,
            ]),
        tests("FleetStoreTests", ["FleetStore", "FleetModel", "TestSupport"]),
        tests("ControlAPITests", ["ControlAPI", "FleetModel", "HTTPTransport", "TestSupport"]),
        tests("AppManifestTests", ["AppManifest", "FleetModel", .product(name: "Yams", package: "Yams")]),
        tests("BeamReleaseTests", ["BeamRelease", "ErlangPeers", "ProcessTree"]),
        tests("DeployingTests", ["Deploying", "AppManifest", "BeamRelease", "FleetModel", "ImageBuild"]),
        tests("HTTPMessageTests", ["HTTPMessage", "TestSupport", nioCore]),
        tests(
            "HTTPEntranceTests",
            ["HTTPEntrance", "HTTPMessage", "Entrance", "JSONText", "ProcessControl", "TestSupport", nioCore, nioPosix]),
        tests("CrashDumpTests", ["CrashDump", "ErlangPeers"]),
        tests("DNSMessageTests", ["DNSMessage", nioCore]),
        tests(
            "HeadlessDNSTests",
            [
                "HeadlessDNS", "DNSMessage", "NameServer", "JSONText", "ProcessControl", "TestSupport", nioCore, nioPosix,
                nioEmbedded,
                nioTesting,
            ]),
        .target(name: "ErlangPeers", dependencies: ["TestSupport"], path: "Tests/ErlangPeers", swiftSettings: house),
        .target(name: "TestSupport", path: "Tests/TestSupport", exclude: ["DistilleryRelease"], swiftSettings: house),
        tests("ExternalTermFormatTests", ["ExternalTermFormat", "ErlangPeers", nioCore], resources: [.copy("Vectors")]),
        tests(
            "ErlangDistributionTests",
            [
                "ErlangDistribution", "ExternalTermFormat", "ErlangPeers", nioCore, nioPosix, nioEmbedded, nioTesting,
            ]),
        tests("NodeHealthTests", ["NodeHealth", "FleetModel", "ErlangDistribution", "ExternalTermFormat", "ErlangPeers"]),
        tests("OCIImageTests", ["OCIImage", "TestSupport"]),
        tests(
            "OCIRegistryTests",
            [
                "OCIRegistry", "OCIImage", "HTTPTransport", "TestSupport", nioCore, nioPosix,
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        tests(
            "HTTPTransportTests",
            [
                "HTTPTransport", "TestSupport", nioCore, nioEmbedded, .product(name: "NIOWebSocket", package: "swift-nio"),
            ]),
        tests(
            "KubernetesClientTests",
            [
                "KubernetesClient", "HTTPTransport", "JSONText", "TestSupport", nioCore, nioPosix, nioEmbedded,
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        tests("ImageBuildTests", ["ImageBuild", "BeamRelease", "OCIImage", "TestSupport"]),
        tests("HouseTests", []),
        tests("EndToEndTests", ["FleetModel", "FleetStore", "TestSupport", "ErlangPeers"]),
    ]
)
