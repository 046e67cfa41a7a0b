// Templates: compared only with their like, shown to nobody. And what callers are told when things
// fail.

internal import Inference
internal import Testing
internal import Vocabulary

@testable internal import Media
@testable internal import Vision

@Suite struct FaceTemplateTests {
  private let here = TemplateContract(text: "here")

  @Test func similarityIsTheCosine() {
    let a = FaceTemplate([1, 0, 0], contract: here)
    let b = FaceTemplate([0.6, 0.8, 0], contract: here)
    #expect(abs((a.similarity(to: b) ?? 0) - 0.6) < 1e-6)
    #expect(a.similarity(to: a) == 1)
    #expect(a.similarity(to: FaceTemplate([-1, 0, 0], contract: here)) == -1)
  }

  @Test func anotherContractIsNotCompared() {
    let a = FaceTemplate([1, 0], contract: here)
    #expect(
      a.similarity(to: FaceTemplate([1, 0], contract: TemplateContract(text: "there"))) == nil)
  }

  @Test func nothingPrintsTheNumbers() {
    let template = FaceTemplate([0.123456, 0.992350], contract: here)
    var dumped = ""
    dump(template, to: &dumped)
    for text in ["\(template)", String(reflecting: template), dumped] {
      #expect(!text.contains("0.123") && !text.contains("0.992"), "\(text)")
    }
  }

  @Test func unitVectorsHaveLengthOneOrAreNone() {
    #expect(FaceEmbedder.unit([3, 4]) == [0.6, 0.8])
    #expect(FaceEmbedder.unit([0, 0]) == nil)
    #expect(FaceEmbedder.unit([.nan, 1]) == nil)
    #expect(FaceEmbedder.unit([.infinity, 1]) == nil)
  }
}

@Suite struct VisionErrorTests {
  @Test func picturesAreBlamedByFieldAndLimit() {
    let limits = ImageLimits()
    let large = ServiceError(.image(.bytes(limits)), field: "a")
    #expect(large.code == .resourceExhausted)
    #expect(large.detail.symbol == .imageBytesExceeded)
    #expect(large.detail.field == "a.inline")
    #expect(large.detail.limit == "3145728 bytes")
    #expect(large.message.hasPrefix("The picture in a.inline has more than 3145728 bytes"))
    #expect(!large.detail.retryable)
    let codes: [(ImageError, StatusCode)] = [
      (.empty, .invalidArgument), (.format, .invalidArgument), (.animated, .invalidArgument),
      (.damaged, .invalidArgument), (.small(limits), .invalidArgument),
      (.side(limits), .resourceExhausted), (.pixels(limits), .resourceExhausted),
      (.scans(limits), .resourceExhausted), (.memory(limits), .resourceExhausted),
      (.time(limits), .resourceExhausted),
    ]
    for (error, code) in codes {
      #expect(ServiceError(.image(error), field: "b").code == code, "\(error)")
    }
  }

  @Test func theEnginesRefusalsHaveTheirCodes() {
    let full = ServiceError(.overloaded(retryAfter: .milliseconds(1250)))
    #expect(full.code == .resourceExhausted)
    #expect(full.detail.retryable && full.detail.retryAfterMillis == 1250)
    let share = ServiceError(InferenceError.accountOverloaded(retryAfter: .seconds(2)))
    #expect(share.code == .resourceExhausted && share.detail.symbol == .overloaded)
    #expect(share.detail.retryable && share.detail.retryAfterMillis == 2000)
    #expect(!share.detail.limit.isEmpty && full.detail.limit.isEmpty)
    #expect(ServiceError(.deadlineExceeded).code == .deadlineExceeded)
    #expect(ServiceError(.cancelled).code == .cancelled)
    #expect(ServiceError(.shuttingDown).code == .unavailable)
    #expect(ServiceError(.unavailable(.faceEmbedding)).detail.symbol == .modelUnavailable)
    // What the runtime said is for the operator's log.
    let failed = ServiceError(.failed("/secret/path"))
    #expect(failed.code == .internal)
    #expect(!failed.message.contains("secret"))
  }
}
