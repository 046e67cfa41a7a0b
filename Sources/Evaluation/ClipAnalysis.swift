// Many clips through the product's own pipeline, each once.

internal import FoundationEssentials
internal import Liveness
package import Vision
internal import Vocabulary

/// Reads labelled clips in process, a few at a time, and finds the actions in them. A value; tracks are dropped as
/// soon as they are judged.
package struct ClipAnalysis: Sendable {
  private let reader: ClipReader
  private let framesPerSecond: Double
  private let atOnce: Int

  /// - Parameters:
  ///   - reader: made for evaluation if the clips are.
  ///   - framesPerSecond: that are analysed at most.
  package init(reader: ClipReader, framesPerSecond: Double, atOnce: Int) {
    self.reader = reader
    self.framesPerSecond = framesPerSecond
    self.atOnce = max(1, atOnce)
  }

  /// What was found in each of `clips` that can be read, in their order, and the paths of those that cannot.
  /// - Parameter progress: called with clips done and in all.
  package func run(
    _ clips: [LabelledClip], progress: @escaping @Sendable (Int, Int) -> Void
  ) async -> (scored: [ScoredClip], unread: [String]) {
    let results = await withTaskGroup(of: (Int, ScoredClip?).self) { group in
      var scored = [ScoredClip?](repeating: nil, count: clips.count)
      var waiting = Array(clips.enumerated())[...]
      var done = 0
      for _ in 0..<atOnce {
        guard let next = waiting.popFirst() else { break }
        group.addTask { (next.offset, await score(next.element)) }
      }
      for await (index, clip) in group {
        scored[index] = clip
        done += 1
        progress(done, clips.count)
        guard let next = waiting.popFirst() else { continue }
        group.addTask { (next.offset, await score(next.element)) }
      }
      return scored
    }
    return (
      results.compactMap(\.self), zip(clips, results).filter { $0.1 == nil }.map(\.0.path)
    )
  }

  private func score(_ clip: LabelledClip) async -> ScoredClip? {
    guard let data = try? Data(contentsOf: URL(filePath: clip.path)) else { return nil }
    let options = ClipOptions(framesPerSecond: framesPerSecond)
    guard
      let reading = try? await reader.read(
        .video(Bytes(data)), field: "clip", options: options, before: .never)
    else { return nil }
    return ScoredClip(
      clip: clip, seen: ActionDetector.sighting(in: reading.track),
      framesAnalysed: reading.track.frames.count, track: reading.track.signals)
  }
}
