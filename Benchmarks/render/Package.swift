// swift-tools-version: 6.2
import PackageDescription

// The renderer alone, by links to its sources: what is measured builds in seconds and without the dependencies of beamctl.

let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "render-benchmark",
    targets: [
        .target(name: "BeamRelease", swiftSettings: house),
        .executableTarget(name: "RenderFile", dependencies: ["BeamRelease"], swiftSettings: house),
    ]
)
