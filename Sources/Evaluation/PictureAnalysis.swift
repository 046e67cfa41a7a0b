// Many pictures through the product's own face pipeline, each once.

internal import FoundationEssentials
internal import Vision
internal import Vocabulary

/// Analyses picture files in process, a few at a time. A value; templates live as long as the caller keeps the
/// analyses.
struct PictureAnalysis: Sendable {
  /// Time that one picture may take; generous, because nobody waits.
  private static let pictureDeadline = Duration.seconds(120)

  let analyzer: FaceAnalyzer

  /// Analyses each of `paths`, which are all different, as `options` says for it, twice as many at a time as the
  /// engine has lanes. Pictures that cannot be read are left out of the result.
  ///
  /// - Parameter progress: called with pictures done and in all.
  func run(
    _ paths: [String], options: @escaping @Sendable (String) -> FaceAnalysisOptions,
    _ progress: @escaping @Sendable (Int, Int) -> Void
  ) async -> [String: FaceAnalysis] {
    await withTaskGroup(of: (String, FaceAnalysis?).self) { group in
      var found: [String: FaceAnalysis] = [:]
      var waiting = paths[...]
      var done = 0
      for _ in 0..<(2 * analyzer.lanes) {
        guard let path = waiting.popFirst() else { break }
        group.addTask { (path, await analyze(path, options(path))) }
      }
      for await (path, analysis) in group {
        found[path] = analysis
        done += 1
        progress(done, paths.count)
        guard let next = waiting.popFirst() else { continue }
        group.addTask { (next, await analyze(next, options(next))) }
      }
      return found
    }
  }

  private func analyze(_ path: String, _ options: FaceAnalysisOptions) async -> FaceAnalysis? {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else { return nil }
    return try? await analyzer.analyze(
      Bytes(data), field: "image", options: options, before: .after(Self.pictureDeadline))
  }
}
