// Runs the product's own presentation-attack detection over lists of clips and pictures.

internal import FoundationEssentials
package import Vision
internal import Vocabulary

/// Measures pictures in process. A value; any thread.
package struct PresentationEvaluation: Sendable {
  /// Time that one picture may take; generous, because nobody waits.
  private static let pictureDeadline = Duration.seconds(120)

  private let reader: PresentationReader
  private let atOnce: Int

  /// - Parameter atOnce: pictures in work at the same time.
  package init(reader: PresentationReader, atOnce: Int) {
    self.reader = reader
    self.atOnce = max(1, atOnce)
  }

  /// Measures `pictures`, in their order.
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
    guard let data = try? Data(contentsOf: URL(filePath: picture.path)),
      let still = try? await reader.read(
        Bytes(data), field: "image", before: .after(Self.pictureDeadline))
    else { return ScoredPresentation(picture, reading: nil, obstacles: ["unreadable"]) }
    return ScoredPresentation(
      picture, reading: still.reading,
      obstacles: still.faces == 1 ? [] : still.faces == 0 ? ["noFace"] : ["severalFaces"])
  }
}
