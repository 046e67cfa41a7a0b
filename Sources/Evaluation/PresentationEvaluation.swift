// Runs the product's own presentation-attack detection over lists of clips and pictures.

internal import FoundationEssentials
package import Vision
internal import Vocabulary

/// Measures pictures in process. A value; any thread.
package struct PresentationEvaluation: Sendable {
  /// Time that one picture may take; generous, because nobody waits.
  private static let pictureDeadline = Duration.seconds(120)

  private let reader: PresentationReader
  private let clips: ClipReader
  private let atOnce: Int

  /// - Parameter atOnce: pictures in work at the same time.
  package init(reader: PresentationReader, clips: ClipReader, atOnce: Int) {
    self.reader = reader
    self.clips = clips
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
    if picture.part == PresentationList.clips { return await scoreClip(picture) }
    guard let data = try? Data(contentsOf: URL(filePath: picture.path)),
      let still = try? await reader.read(
        Bytes(data), field: "image", before: .after(Self.pictureDeadline))
    else { return ScoredPresentation(picture, reading: nil, obstacles: ["unreadable"]) }
    return ScoredPresentation(
      picture, reading: still.reading,
      obstacles: still.faces == 1 ? [] : still.faces == 0 ? ["noFace"] : ["severalFaces"])
  }

  private func scoreClip(_ clip: LabelledPresentation) async -> ScoredPresentation {
    guard let data = try? Data(contentsOf: URL(filePath: clip.path)),
      let seen = try? await clips.read(
        .video(Bytes(data)), field: "video", options: ClipOptions(wantPresentation: true),
        before: .after(Self.pictureDeadline))
    else { return ScoredPresentation(clip, reading: nil, obstacles: ["unreadable"]) }
    return ScoredPresentation(
      clip, reading: seen.presentation, obstacles: Self.obstacles(seen.track))
  }

  /// Least share of a clip's frames with a face, and most with a second one beyond doubt.
  static let faceShareMin = 0.8
  static let severalFacesShareMax = 0.1

  /// What a clip's track has against it.
  static func obstacles(_ track: FaceTrack) -> [String] {
    let count = Double(max(track.frames.count, 1))
    let counted = track.frames.compactMap(\.facesSeen)
    let several = Double(counted.count { $0 > 1 }) / Double(max(counted.count, 1))
    var obstacles: [String] = []
    if Double(track.frames.count { $0.face != nil }) / count < faceShareMin {
      obstacles.append("faceLost")
    }
    if several > severalFacesShareMax { obstacles.append("severalFaces") }
    if track.events.contains(where: { $0.kind == .personChanged }) {
      obstacles.append("personChanged")
    }
    return obstacles
  }
}
