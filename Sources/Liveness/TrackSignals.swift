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
    return signals
  }

  /// Longest time without a face between two frames with one, in seconds; nil without a face.
  private var longestLoss: Double? {
    var longest: Double?
    var previous: Double?
    var isLost = false
    for frame in frames {
      guard frame.face != nil else {
        isLost = true
        continue
      }
      let gap = isLost ? frame.seconds - (previous ?? frame.seconds) : 0
      longest = max(longest ?? 0, gap)
      (previous, isLost) = (frame.seconds, false)
    }
    return longest
  }
}
