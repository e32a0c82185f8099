// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let collections = ["DequeModule", "HeapModule"].map {
    Target.Dependency.product(name: $0, package: "swift-collections")
}
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "replyd",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "replyd", targets: ["replyd"]),
        // For Tests/Benchmarks alone, which is a package of its own: what it measures.
        .library(
            name: "RuleEngine",
            targets: ["JSONText", "Matching", "Providers", "Responder", "RuleFiles", "SeededRandom"]),
        .library(name: "CMalloc", targets: ["CMalloc"]),
        // For tests alone: a system that fails as it is told to, between replyd and its C library.
        .library(name: "FaultySystem", type: .dynamic, targets: ["FaultySystem"]),
    ],
    // Exactly these versions of what is on the hot path or faces strangers: another one is measured and tried first.
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CTimer"),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),

        .target(name: "JSONText", swiftSettings: settings),
        .target(name: "Matching", dependencies: ["CPCRE2"], swiftSettings: settings),
        .target(name: "Responder", dependencies: ["JSONText", "Matching", mustache], swiftSettings: settings),
        .target(
            name: "RuleFiles", dependencies: ["CLibYAML", "JSONText", "Responder", crypto], swiftSettings: settings),
        .target(name: "Providers", dependencies: ["JSONText", "Responder", crypto], swiftSettings: settings),
        .target(
            name: "Store", dependencies: ["JSONText", "Responder", grdb, sqlite] + collections, swiftSettings: settings),
        .target(name: "HTTPTransport", dependencies: ["CCurl"], swiftSettings: settings),
        // A target of its own: its files are compiled as long lists of bytes, once.
        .target(name: "Console", resources: [.embedInCode("Files")], swiftSettings: settings),
        .target(
            name: "Daemon",
            dependencies: [
                "CMalloc", "CTimer", "Console", "HTTPTransport", "JSONText", "Matching", "Providers", "Responder",
                "RuleFiles",
                "Store", crypto, hummingbird, hummingbirdCore, lifecycle, logging, signals,
            ] + collections,
            swiftSettings: settings
        ),
        .target(
            name: "Sandbox",
            dependencies: [
                "HTTPTransport", "JSONText", "Providers", "Responder", crypto, hummingbird, lifecycle, logging,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "replyd",
            dependencies: [
                "Daemon", "HTTPTransport", "JSONText", "Matching", "Providers", "Responder", "RuleFiles", "Sandbox",
                "Store", arguments, lifecycle, logging, signals,
            ],
            swiftSettings: settings
        ),

        // Chance from a seed, for tests, simulation and benchmarks.
        .target(name: "SeededRandom", path: "Tests/SeededRandom", swiftSettings: settings),
        // Matching the slow and obvious way, for comparison.
        .target(
            name: "MatchingOracles", dependencies: ["Matching", "SeededRandom"], path: "Tests/MatchingOracles",
            swiftSettings: settings
        ),
        test("JSONText", ["SeededRandom"]),
        test("Matching", ["MatchingOracles", "SeededRandom"]),
        test("Responder", ["JSONText", "Matching", "RuleFiles", "SeededRandom"]),
        test("RuleFiles", ["JSONText", "Matching", "MatchingOracles", "Responder", "SeededRandom"], resources: true),
        test("Providers", ["JSONText", "Responder", "SeededRandom"]),
        test("Store", ["DatabaseFile", "JSONText", "Responder", "SeededRandom", grdb]),
        test("HTTPTransport", ["RawServer"]),
        test(
            "Daemon",
            [
                "HTTPTransport", "JSONText", "Providers", "RawServer", "Responder", "RuleFiles", "SeededRandom",
                "DatabaseFile", "Store", hummingbird, logging,
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
            ],
            resources: true),
        test("Sandbox", ["HTTPTransport", "JSONText", "Providers", "Responder", lifecycle]),
        test("replyd", ["JSONText", "Matching", "Responder", "RuleFiles", "SeededRandom", "Store", arguments]),
        // The pipeline on a simulated clock, scheduler, provider and disk: Tests/simulate.
        .executableTarget(
            name: "simulate",
            dependencies: [
                "DatabaseFile", "Daemon", "JSONText", "Providers", "Responder", "RuleFiles", "SeededRandom", "Store",
                arguments, lifecycle,
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
                sqlite,
            ] + collections,
            path: "Tests/Simulate",
            swiftSettings: settings
        ),
        // Damaged and hostile input, from seeds.
        .testTarget(
            name: "FuzzTests",
            dependencies: [
                "Daemon", "JSONText", "Matching", "MatchingOracles", "Providers", "Responder", "RuleFiles",
                "SeededRandom",
                "Store", "replyd",
            ],
            swiftSettings: settings
        ),
        .target(name: "FaultySystem", path: "Tests/FaultySystem"),
        // A database from outside, not by what replyd uses.
        .target(name: "DatabaseFile", dependencies: [sqlite], path: "Tests/DatabaseFile", swiftSettings: settings),
        .target(name: "RawServer", path: "Tests/RawServer", swiftSettings: settings),
        .systemLibrary(name: "CSpawn", path: "Tests/CSpawn"),
        // The real binary, real sockets, real kills.
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "CSpawn", "DatabaseFile", "Daemon", "HTTPTransport", "JSONText", "Providers", "RawServer", "Responder",
                "Sandbox", "SeededRandom", "replyd", "FaultySystem", arguments, hummingbird, logging,
            ],
            swiftSettings: settings
        ),
    ]
)

/// The tests of one target.
func test(_ target: String, _ more: [Target.Dependency] = [], resources: Bool = false) -> Target {
    .testTarget(
        name: "\(target)Tests", dependencies: [.byName(name: target)] + more,
        resources: resources ? [.copy("Fixtures")] : [], swiftSettings: settings
    )
}
