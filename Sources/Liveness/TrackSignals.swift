// What a track says by itself: whether one face, of one person, was there all the time.

package import Vision
package import Vocabulary

extension FaceTrack {
  /// The numbers of the clip and of the face track. What cannot be measured is absent.
  package var signals: [LivenessSignal: Double] {
    var signals: [LivenessSignal: Double] = [.framesAnalysed: Double(frames.count)]
    guard let first = frames.first, let last = frames.last else { return signals }
    signals[.clipSeconds] = last.seconds - first.seconds
    let seen = frames.filter { $0.face != nil }
    signals[.faceShare] = Double(seen.count) / Double(frames.count)
    let looks = frames.compactMap(\.facesSeen)
    if !looks.isEmpty {
      signals[.severalFacesShare] = Double(looks.count { $0 > 1 }) / Double(looks.count)
    }
    signals[.faceLostSecondsMax] = longestLoss
    let similarities = seen.compactMap { $0.face?.similarity }
    // One look is the reference itself.
    if similarities.count > 1 {
      signals[.identitySimilarityMin] = similarities.min()
      signals[.personChanges] = Double(events.count { $0.kind == .personChanged })
    }
    signals[.identityJumpsUnseen] = Double(jumpsUnseen)
    signals[.eyesOpenShare] = Self.eyesOpenShare(of: seen.compactMap(\.face))
    return signals
  }

  /// Share of `faces` that have an eye open; nil of none.
  package static func eyesOpenShare(of faces: [TrackedFace]) -> Double? {
    let told = faces.filter { $0.blendshapes.count >= ShapePlace.count }
    guard !told.isEmpty else { return nil }
    let open = told.count {
      min($0.blendshapes[ShapePlace.eyeBlinkLeft], $0.blendshapes[ShapePlace.eyeBlinkRight])
        < TrackedFace.eyeShut
    }
    return Double(open) / Double(told.count)
  }

  /// Longest time between two frames with a face, seconds, whether others lie between them or none do: frames that were
  /// left out show no face either. Nil without a face.
  private var longestLoss: Double? {
    let seen = frames.filter { $0.face != nil }.map(\.seconds)
    guard !seen.isEmpty else { return nil }
    return zip(seen, seen.dropFirst()).map { $1 - $0 }.max() ?? 0
  }
}
