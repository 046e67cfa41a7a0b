// Runs the product's own presentation-attack detection over lists of clips and pictures.

internal import Decisions
internal import FoundationEssentials
internal import Media
package import Services
internal import Vision
internal import Vocabulary

/// Judges clips and pictures in process, as `Basic.DetectLiveness` and `Basic.VerifyPhoto` judge what answers no challenge.
/// A value; any thread.
package struct PresentationEvaluation: Sendable {
  /// Time that one picture may take; generous, because nobody waits.
  private static let pictureDeadline = Duration.seconds(120)

  private let pipeline: LivenessPipeline
  private let atOnce: Int

  /// - Parameters:
  ///   - pipeline: whose reader is made for evaluation if the clips are.
  ///   - atOnce: pictures in work at the same time.
  package init(pipeline: LivenessPipeline, atOnce: Int) {
    self.pipeline = pipeline
    self.atOnce = max(1, atOnce)
  }

  /// Judges `pictures`, in their order.
  /// - Parameter progress: called with pictures done and in all.
  package func run(
    _ pictures: [LabelledPresentation], progress: @escaping @Sendable (Int, Int) -> Void
  ) async -> [ScoredPresentation] {
    await withTaskGroup(of: (Int, ScoredPresentation).self) { group in
      var scored = [ScoredPresentation?](repeating: nil, count: pictures.count)
      var next = 0
      var done = 0
      while next < min(atOnce, pictures.count) {
        let index = next
        group.addTask { (index, await score(pictures[index])) }
        next += 1
      }
      for await (index, one) in group {
        scored[index] = one
        done += 1
        progress(done, pictures.count)
        guard next < pictures.count else { continue }
        let index = next
        group.addTask { (index, await score(pictures[index])) }
        next += 1
      }
      return scored.compactMap { $0 }
    }
  }

  private func score(_ picture: LabelledPresentation) async -> ScoredPresentation {
    let terms = pipeline.standardTerms
    guard let data = try? Data(contentsOf: URL(filePath: picture.path)) else {
      return ScoredPresentation(picture, evidence: nil, terms: terms)
    }
    let bytes = Bytes(data)
    let deadline = Deadline.after(Self.pictureDeadline)
    guard picture.part == PresentationList.clips else {
      let evidence = try? await pipeline.stillEvidence(of: bytes, field: "image", before: deadline)
      return ScoredPresentation(picture, evidence: evidence, terms: terms)
    }
    let evidence = try? await pipeline.unaskedEvidence(
      of: .video(bytes), field: "video", before: deadline)
    return ScoredPresentation(
      picture, evidence: evidence, terms: terms, relaxed: Self.brokenLimit(of: bytes))
  }

  /// The server's limit on captures that a clip breaks.
  private static func brokenLimit(of clip: Bytes) -> RelaxedLimit? {
    do throws(VideoError) {
      _ = try VideoDecoder.inspect(
        clip, limits: VideoLimits(bytesMax: VideoLimits.streamedBytesMax))
      return nil
    } catch { return RelaxedLimit(symbol: error.symbol.rawValue, limit: error.limit) }
  }
}
