// swift-tools-version: 6.2
// The package manifest of idv: which targets exist, what each may import, and the compiler settings
// that hold everywhere. Tiers and refusals are checked by `.ci/layers.py`; see README, "Layout".

import PackageDescription

/// Settings of every Swift target: language mode 6, warnings are errors, every import says how far it
/// reaches, and `async` functions run on their caller's executor.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// Targets that touch neither C nor raw memory prove it: unsafe constructs do not compile in them.
let pure: [SwiftSetting] = strict + [.strictMemorySafety()]

/// Targets that loop over pixels are optimised in debug builds too: a card that is read in a third of a second would
/// take a minute in a test. Checks of bounds and preconditions stay.
let pixels: [SwiftSetting] =
  strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]
let pureNumbers: [SwiftSetting] =
  pure + [.unsafeFlags(["-O"], .when(configuration: .debug))]
let pixelKernels: [CSetting] = [.unsafeFlags(["-O2"], .when(configuration: .debug))]

/// Tests import what they like; nothing of theirs is imported by others.
let test: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// Tests that draw pictures pixel by pixel.
let pixelTest: [SwiftSetting] = test + [.unsafeFlags(["-O"], .when(configuration: .debug))]

func dep(_ name: String, _ package: String) -> Target.Dependency {
  .product(name: name, package: package)
}

let ffmpeg: [LinkerSetting] = ["avformat", "avcodec", "avutil", "swscale", "swresample"].map {
  .linkedLibrary($0)
}

let log = dep("Logging", "swift-log")
let metrics = dep("Metrics", "swift-metrics")
let arguments = dep("ArgumentParser", "swift-argument-parser")
let nio: [Target.Dependency] = [dep("NIOCore", "swift-nio"), dep("NIOPosix", "swift-nio")]

let package = Package(
  name: "idv",
  products: [
    .executable(name: "idv-server", targets: ["idv-server"]),
    .executable(name: "idv", targets: ["idv"]),
    .executable(name: "protoc-gen-idv", targets: ["protoc-gen-idv"]),
    // Preloaded by `idv bench counts`; nothing links it.
    .library(name: "idvcounting", type: .dynamic, targets: ["CCounting"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
    .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
  ],
  targets: [
    // Tier 0: C. One Swift importer each.
    .target(
      name: "COpenSSL", linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
    .target(name: "CPostgres", linkerSettings: [.linkedLibrary("pq")]),
    .target(name: "CProtobufC", linkerSettings: [.linkedLibrary("protobuf-c")]),
    .target(name: "CMessages", dependencies: ["CProtobufC"]),
    .target(name: "CConformanceMessages", dependencies: ["CProtobufC"]),
    .target(
      name: "CImageCodecs", cSettings: pixelKernels,
      linkerSettings: [.linkedLibrary("jpeg"), .linkedLibrary("png"), .linkedLibrary("webp")]),
    .target(name: "CVideo", linkerSettings: ffmpeg),
    .target(
      name: "CInference", linkerSettings: [.linkedLibrary("dl"), .linkedLibrary("crypto")]),
    .target(
      name: "CBaseline", linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
    .target(name: "CCounting"),
    .target(name: "CProcess"),

    .target(
      name: "CCompression", linkerSettings: [.linkedLibrary("z"), .linkedLibrary("zstd")]),

    // Tier 1 and 2: words, logs.
    .target(name: "Vocabulary", swiftSettings: strict),
    .target(
      name: "Observability", dependencies: ["Vocabulary", log, metrics], swiftSettings: pure),
    .target(
      name: "IdentityNumbers", dependencies: ["Vocabulary"],
      exclude: ["Resources/README.md", "Resources/tables.py"],
      resources: [
        .embedInCode("Resources/regions.txt"), .embedInCode("Resources/card-issuers.txt"),
        .embedInCode("Resources/countries.txt"), .embedInCode("Resources/mobile-ranges.txt"),
        .embedInCode("Resources/unified-ideographs.txt"),
      ], swiftSettings: pure),

    .target(name: "SpokenText", dependencies: ["Vocabulary"], swiftSettings: pureNumbers),

    // Tier 3: one mechanism each.
    .target(name: "TLS", dependencies: ["COpenSSL", "Vocabulary"], swiftSettings: strict),
    .target(name: "Sealing", dependencies: ["COpenSSL", "Vocabulary"], swiftSettings: strict),
    .target(name: "Wire", dependencies: ["Vocabulary"], swiftSettings: strict),
    .target(
      name: "Compression", dependencies: ["CCompression", "Vocabulary"], swiftSettings: strict),
    .target(
      name: "Messages", dependencies: ["CMessages", "CProtobufC", "Vocabulary"],
      resources: [.embedInCode("Generated/descriptors.binpb")], swiftSettings: strict),
    .target(name: "RPC", dependencies: ["Observability", "Vocabulary"], swiftSettings: pure),
    .target(
      name: "Media", dependencies: ["CImageCodecs", "CVideo", "Vocabulary"], swiftSettings: pixels),
    .target(
      name: "Inference", dependencies: ["CInference", "Observability", "Vocabulary"],
      resources: [.embedInCode("Resources/models.json")], swiftSettings: strict),

    // Tier 4: bytes in and out, numbers, typed services.
    .target(
      name: "Transport",
      dependencies: ["Compression", "Observability", "RPC", "TLS", "Vocabulary", "Wire"] + nio,
      swiftSettings: strict),
    .target(
      name: "Client", dependencies: ["Compression", "RPC", "TLS", "Vocabulary", "Wire"] + nio,
      swiftSettings: strict),
    .target(
      name: "Vision", dependencies: ["Inference", "Media", "Vocabulary"],
      resources: [
        .embedInCode("Resources/face-score.json"), .embedInCode("Resources/presentation.json"),
      ], swiftSettings: pixels),
    .target(
      name: "RealName",
      dependencies: ["IdentityNumbers", "Observability", "Sealing", "Vocabulary"],
      swiftSettings: strict),
    .target(
      name: "Speech", dependencies: ["Inference", "Media", "SpokenText", "Vocabulary"],
      swiftSettings: pixels),
    .target(
      name: "Stubs", dependencies: ["Messages", "RPC", "Vocabulary"], swiftSettings: strict),

    // What we know of names and numbers ourselves: codes under a key.
    .target(
      name: "Registry", dependencies: ["IdentityNumbers", "Sealing", "Vocabulary"],
      swiftSettings: strict),
    .target(
      name: "RegistrySQLite",
      dependencies: [
        "Registry", "Vocabulary", dep("GRDB", "GRDB.swift"), dep("GRDBSQLite", "GRDB.swift"),
      ], swiftSettings: strict),
    .target(
      name: "RegistryPostgres", dependencies: ["CPostgres", "Registry", "Vocabulary"],
      swiftSettings: strict),

    // What interoperability and conformance are tested with; never part of the server.
    .target(
      name: "ConformanceMessages",
      dependencies: ["CConformanceMessages", "CProtobufC", "Messages", "Vocabulary"],
      swiftSettings: strict),
    .target(
      name: "ConformanceServices",
      dependencies: ["ConformanceMessages", "Messages", "RPC", "Stubs", "Vocabulary"],
      swiftSettings: pure),
    .target(
      name: "Conformance",
      dependencies: [
        "Client", "ConformanceMessages", "ConformanceServices", "Messages", "Observability",
        "RPC", "Stubs", "TLS", "Transport", "Vocabulary", "Wire",
      ], swiftSettings: strict),

    // Tier 5 and 6: what a document says, verdicts, then the order of steps.
    .target(
      name: "Documents", dependencies: ["IdentityNumbers", "Vision", "Vocabulary"],
      swiftSettings: pureNumbers),
    .target(
      name: "Liveness", dependencies: ["Sealing", "Vision", "Vocabulary"],
      swiftSettings: pureNumbers),
    .target(
      name: "RegistrySources",
      dependencies: [
        "IdentityNumbers", "Observability", "RealName", "Registry", "RegistryPostgres",
        "RegistrySQLite", "Vocabulary",
      ], swiftSettings: strict),
    .target(name: "Decisions", dependencies: ["Vocabulary"], swiftSettings: pure),
    .target(
      name: "RealNameHTTP",
      dependencies: [
        "IdentityNumbers", "Observability", "RealName", "Sealing", "Vocabulary",
        dep("AsyncHTTPClient", "async-http-client"), dep("NIOCore", "swift-nio"),
        dep("NIOHTTP1", "swift-nio"), dep("NIOSSL", "swift-nio-ssl"),
      ], swiftSettings: strict),
    // What stands in for recordings that do not exist; never part of the server.
    .target(
      name: "Simulation", dependencies: ["Decisions", "Liveness", "Vision", "Vocabulary"],
      swiftSettings: pureNumbers),
    .target(
      name: "FieldEncryption", dependencies: ["Messages", "RPC", "Sealing", "Vocabulary"],
      swiftSettings: strict),
    .target(
      name: "Introspection", dependencies: ["Messages", "RPC", "Stubs", "Vocabulary"],
      swiftSettings: pure),
    .target(
      name: "Services",
      dependencies: [
        "Decisions", "Documents", "FieldEncryption", "IdentityNumbers", "Liveness", "Messages",
        "Observability", "RealName", "RPC", "Speech", "SpokenText", "Stubs", "Vision",
        "Vocabulary",
      ], swiftSettings: pure),

    // Tier 7: composition, measurement.
    .target(
      name: "RegistryEnrolment",
      dependencies: ["Decisions", "Registry", "Sealing", "Services", "Vision", "Vocabulary"],
      swiftSettings: strict),
    .target(
      name: "ServerApp",
      dependencies: [
        "CProcess", "Decisions", "FieldEncryption", "IdentityNumbers", "Inference", "Liveness",
        "Messages", "Observability", "RealName", "RPC", "Sealing", "Services", "Speech",
        "SpokenText", "Stubs", "TLS", "Transport", "Vision", "Vocabulary", "Wire",
        log, metrics,
        dep("Configuration", "swift-configuration"),
        dep("UnixSignals", "swift-service-lifecycle"),
      ], swiftSettings: strict),
    .target(
      name: "Evaluation",
      dependencies: [
        "Decisions", "Liveness", "Media", "Messages", "RPC", "Services", "Simulation", "Speech",
        "SpokenText", "Stubs", "Vision", "Vocabulary",
      ], swiftSettings: strict),

    .target(
      name: "LoadTest",
      dependencies: [
        "Messages", "RPC", "Vocabulary", dep("Histogram", "hdrhistogram-swift"),
      ], swiftSettings: strict),

    // The generator stands alone.
    .target(
      name: "StubGen",
      dependencies: [
        dep("SwiftProtobuf", "swift-protobuf"),
        dep("SwiftProtobufPluginLibrary", "swift-protobuf"),
      ], swiftSettings: strict),

    // Tier 8: argument parsing and one call.
    .executableTarget(
      name: "idv-server",
      dependencies: ["RealNameHTTP", "RegistrySources", "ServerApp", "Vocabulary", arguments],
      swiftSettings: strict),
    .executableTarget(
      name: "idv",
      dependencies: [
        "CBaseline", "Client", "Conformance", "Decisions", "Evaluation", "IdentityNumbers",
        "Inference", "Introspection", "Liveness", "LoadTest", "Media", "Messages", "Observability",
        "RealName", "Registry", "RegistryEnrolment", "RegistryPostgres", "RegistrySQLite",
        "RegistrySources", "RPC", "Sealing", "ServerApp", "Services", "Simulation", "Speech",
        "SpokenText", "Stubs", "TLS", "Transport",
        "Vision", "Vocabulary", "Wire", arguments,
      ], swiftSettings: strict),
    .executableTarget(
      name: "protoc-gen-idv", dependencies: ["StubGen"], swiftSettings: strict),

    // Tests, and what they share.
    .target(
      name: "TestSupport", dependencies: ["Observability", log], path: "Tests/TestSupport",
      swiftSettings: strict),
    .target(name: "TestIdentities", path: "Tests/TestIdentities", swiftSettings: test),
    .target(
      name: "CTestMessages", dependencies: ["CProtobufC"], path: "Tests/CTestMessages"),
    .target(
      name: "TestMessages",
      dependencies: ["CProtobufC", "CTestMessages", "Messages", "Vocabulary"],
      path: "Tests/TestMessages", swiftSettings: strict),
    .testTarget(name: "VocabularyTests", dependencies: ["Vocabulary"], swiftSettings: test),
    .testTarget(
      name: "ObservabilityTests",
      dependencies: ["Observability", dep("CoreMetrics", "swift-metrics")], swiftSettings: test),
    .testTarget(
      name: "TLSTests", dependencies: ["TLS", "TestIdentities", "Vocabulary"],
      swiftSettings: test),
    .testTarget(
      name: "SealingTests", dependencies: ["COpenSSL", "Sealing", "Vocabulary"], swiftSettings: test
    ),
    .testTarget(
      name: "FieldEncryptionTests",
      dependencies: [
        "FieldEncryption", "Messages", "Observability", "RPC", "Sealing", "Stubs", "Vocabulary",
      ],
      swiftSettings: test),
    .testTarget(
      name: "CompressionTests", dependencies: ["Compression", "Vocabulary"], swiftSettings: test),
    .testTarget(name: "WireTests", dependencies: ["Vocabulary", "Wire"], swiftSettings: test),
    .testTarget(
      name: "MessagesTests",
      dependencies: [
        "CProtobufC", "Messages", "TestMessages", "Vocabulary",
        dep("SwiftProtobuf", "swift-protobuf"),
      ], exclude: ["Protos"], resources: [.embedInCode("Generated/descriptors.binpb")],
      swiftSettings: strict),
    .testTarget(
      name: "RPCTests", dependencies: ["Observability", "RPC", "TestSupport", "Vocabulary"],
      swiftSettings: test),
    .target(name: "CTestVideo", path: "Tests/CTestVideo", linkerSettings: ffmpeg),
    .testTarget(
      name: "MediaTests", dependencies: ["CTestVideo", "Media", "Vocabulary"], swiftSettings: test),
    .testTarget(
      name: "InferenceTests", dependencies: ["Inference", "Vocabulary"], swiftSettings: test),
    .testTarget(
      name: "VisionTests",
      dependencies: ["Inference", "Media", "Vision", "Vocabulary"],
      swiftSettings: pixelTest),
    .testTarget(
      name: "SpeechTests",
      dependencies: ["Inference", "Media", "Speech", "SpokenText", "Vocabulary"],
      swiftSettings: test),
    .testTarget(
      name: "IdentityNumbersTests", dependencies: ["IdentityNumbers"], exclude: ["side_by_side.py"],
      swiftSettings: test),
    .testTarget(
      name: "RealNameTests",
      dependencies: ["IdentityNumbers", "RealName", "Sealing", "Vocabulary"], swiftSettings: test),
    .testTarget(
      name: "RealNameHTTPTests",
      dependencies: [
        "Observability", "RealName", "RealNameHTTP", "Sealing", "TestIdentities", "TestSupport",
        "Vocabulary",
        dep("NIOCore", "swift-nio"),
        dep("NIOHTTP1", "swift-nio"), dep("NIOPosix", "swift-nio"),
        dep("NIOSSL", "swift-nio-ssl"),
      ], swiftSettings: test),
    .testTarget(
      name: "SpokenTextTests", dependencies: ["SpokenText", "TestSupport"], swiftSettings: test),
    .testTarget(
      name: "DocumentsTests", dependencies: ["Documents", "IdentityNumbers", "Vision"],
      swiftSettings: test),
    .testTarget(
      name: "LivenessTests",
      dependencies: [
        "Liveness", "Sealing", "Simulation", "TestIdentities", "Vision", "Vocabulary",
      ], swiftSettings: test),
    .testTarget(
      name: "RegistryTests",
      dependencies: [
        "IdentityNumbers", "Registry", "RegistryPostgres", "RegistrySQLite", "Sealing",
        "TestIdentities", "Vocabulary", dep("GRDB", "GRDB.swift"),
      ], swiftSettings: test),
    .testTarget(
      name: "RegistrySourcesTests",
      dependencies: [
        "IdentityNumbers", "RealName", "Registry", "RegistrySources", "Sealing", "Vocabulary",
      ], swiftSettings: test),
    .testTarget(
      name: "TransportTests",
      dependencies: [
        "Client", "Compression", "RPC", "TLS", "TestIdentities", "Transport", "Vocabulary", "Wire",
        dep("NIOPosix", "swift-nio"),
      ], swiftSettings: test),
    .testTarget(
      name: "ServicesTests",
      dependencies: [
        "Decisions", "Documents", "IdentityNumbers", "Inference", "Liveness", "Media", "Messages",
        "Observability", "RealName", "RPC", "Services", "Stubs", "TestIdentities", "TestSupport",
        "Vision", "Vocabulary",
      ], swiftSettings: test),
    .testTarget(
      name: "DecisionsTests", dependencies: ["Decisions", "Vision", "Vocabulary"],
      swiftSettings: test),
    .testTarget(
      name: "ServerAppTests",
      dependencies: [
        "IdentityNumbers", "Inference", "Observability", "RealName", "RPC", "ServerApp", "TLS",
        "TestIdentities", "TestSupport", "Transport", "Vocabulary",
      ], swiftSettings: test),
    .testTarget(
      name: "EvaluationTests",
      dependencies: [
        "Decisions", "Evaluation", "Liveness", "Media", "Messages", "RPC", "Simulation", "Speech",
        "SpokenText", "Vision", "Vocabulary",
      ], exclude: ["Golden"], swiftSettings: test),
    .testTarget(
      name: "LoadTestTests",
      dependencies: [
        "Client", "LoadTest", "Messages", "Observability", "RPC", "TLS", "TestIdentities",
        "Transport", "Vocabulary", "Wire",
      ], exclude: ["Golden"], swiftSettings: test),
    .testTarget(
      name: "StubGenTests",
      dependencies: [
        "StubGen", dep("SwiftProtobuf", "swift-protobuf"),
        dep("SwiftProtobufPluginLibrary", "swift-protobuf"),
      ], exclude: ["Reference"], swiftSettings: strict),
    .testTarget(
      name: "ConformanceTests", dependencies: ["Conformance", "TestIdentities", "Wire"],
      swiftSettings: test),
    .testTarget(
      name: "IntegrationTests",
      dependencies: [
        "Client", "CTestVideo", "Decisions", "FieldEncryption", "IdentityNumbers", "Inference",
        "Introspection", "Liveness", "Media", "Messages", "Observability", "RealName", "Registry",
        "RegistryEnrolment", "RegistrySQLite", "RegistrySources", "RPC", "Sealing", "ServerApp",
        "Services", "Simulation", "Speech", "SpokenText", "Stubs", "TestIdentities", "TestSupport",
        "TLS",
        "Transport", "Vision", "Vocabulary", "Wire", dep("CoreMetrics", "swift-metrics"),
      ], swiftSettings: test),
  ]
)

// IDV_ONLY names targets, separated by blanks: the manifest is cut down to them and what they need, so that
// sanitizer builds compile only what they test. The fuzzers exist in such builds alone, because libFuzzer
// brings its own `main`.
if let only = Context.environment["IDV_ONLY"] {
  package.targets.append(
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "Compression", "CTestVideo", "FieldEncryption", "IdentityNumbers", "Introspection",
        "Liveness", "Media", "Messages", "RPC", "Sealing", "SpokenText", "Stubs", "TestMessages",
        "Vocabulary", "Wire",
      ],
      path: "Tests/Fuzz", swiftSettings: test))
  var wanted = Set(only.split(separator: " ").map(String.init))
  var count = 0
  while count != wanted.count {
    count = wanted.count
    for target in package.targets where wanted.contains(target.name) {
      for case .byNameItem(let name, _) in target.dependencies { wanted.insert(name) }
    }
  }
  package.targets.removeAll { !wanted.contains($0.name) }
  package.products = []
  let used = package.targets.flatMap(\.dependencies).compactMap { dependency in
    if case .productItem(_, let package?, _, _) = dependency { package } else { nil }
  }
  package.dependencies.removeAll { dependency in
    guard case .sourceControl(_, let location, _) = dependency.kind else { return false }
    return !used.contains { location.hasSuffix("/" + $0) }
  }
}
