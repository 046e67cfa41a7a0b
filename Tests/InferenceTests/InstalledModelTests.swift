// The engine with the real runtime and models: they load, run alike on every lane, and a wrong
// model is refused.

internal import Testing
internal import Vocabulary

@testable internal import Inference

@Suite(.enabled(if: InstalledModels.arePresent, "models are not installed; run `make setup`"))
struct InstalledModelTests {
  private static let variant = ModelUse.Variant(shape: [1, 3, 112, 112], outputCounts: [128])
  private static let embedding = ModelUse(
    role: .faceEmbedding, inputName: "data", outputNames: ["fc1"], variants: [variant])

  @Test func everyLaneGivesTheSameNumbers() async throws {
    let engine = try InferenceEngine(
      manifest: try .bundled(), folder: InstalledModels.folder, uses: [Self.embedding],
      options: InferenceOptions(lanes: 2))
    #expect(engine[.faceEmbedding] != nil)
    let gate = Gate()
    let work: @Sendable (InferenceLane) throws(InferenceError) -> [Float] = { lane in
      gate.pass()
      return try lane.run(
        .faceEmbedding,
        fill: { input in for index in input.indices { input[index] = Float(index % 255) } },
        read: { outputs in Array(outputs[0]) })
    }
    async let first = engine.run(before: .never, work)
    async let second = engine.run(before: .never, work)
    async let third = engine.run(.long, before: .never, work)
    async let fourth = engine.run(.long, before: .never, work)
    await gate.waitForArrivals(4)
    gate.open()
    let vectors = try await [first.get(), second.get(), third.get(), fourth.get()]
    #expect(vectors[0].count == 128)
    #expect(vectors[0].contains { $0 != 0 })
    #expect(vectors.allSatisfy { $0 == vectors[0] })
    await engine.shutdown()
  }

  @Test func lanesHaveTheModelsOfTheirJobsAlone() async throws {
    let use = ModelUse(
      role: .faceEmbedding, jobs: [.long], inputName: "data", outputNames: ["fc1"],
      variants: [Self.variant])
    let engine = try InferenceEngine(
      manifest: try .bundled(), folder: InstalledModels.folder, uses: [use],
      options: InferenceOptions(lanes: 1))
    #expect(engine[.faceEmbedding] != nil)
    for kind in JobKind.allCases {
      let has = try await engine.run(kind, before: .never) { $0.has(.faceEmbedding) }.get()
      #expect(has == (kind == .long))
    }
    await engine.shutdown()
  }

  @Test func aModelWithOtherTensorsIsRefused() throws {
    let wrongName = ModelUse(
      role: .faceEmbedding, inputName: "data", outputNames: ["nothing"],
      variants: [Self.variant])
    let wrongCount = ModelUse(
      role: .faceEmbedding, inputName: "data", outputNames: ["fc1"],
      variants: [ModelUse.Variant(shape: [1, 3, 112, 112], outputCounts: [512])])
    for use in [wrongName, wrongCount] {
      let error = #expect(throws: InferenceStartupError.self) {
        try InferenceEngine(
          manifest: try .bundled(), folder: InstalledModels.folder, uses: [use],
          options: InferenceOptions(lanes: 1))
      }
      #expect(error?.description.contains("face-embedding") == true)
    }
  }
}
