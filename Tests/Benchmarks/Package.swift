// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

// A separate package, so that building replyd does not build the programs that it is compared with.
let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "replyd", path: "../.."),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        // Measures the cost of the pure parts.
        .executableTarget(
            name: "measure",
            dependencies: [
                .product(name: "CMalloc", package: "replyd"),
                .product(name: "RuleEngine", package: "replyd"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Measure", swiftSettings: settings),
        // The HTTP server alone, for comparison.
        .executableTarget(
            name: "bare", dependencies: [.product(name: "Hummingbird", package: "hummingbird")], path: "Bare",
            swiftSettings: settings),
    ]
)
