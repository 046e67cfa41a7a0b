// When along a clip it is looked at whose face it is: at times that nobody who made the clip could know, and wherever
// something happens that could be a change of person.

internal import Vocabulary

/// Says on which frames a template is due. Fed frame by frame; the same seed gives the same times.
///
/// Who knows when the next look comes shows another face between the looks. So the times between them are drawn (from a
/// keyed digest of the media in the server), and looks come besides when the face jumps or looks otherwise than on the
/// frame before, when eyes or mouth begin an action, and when the head has turned since the last look.
struct LookSchedule {
  private var numbers: SplitMix64
  /// When the next look is due whatever happens.
  private var due = -Double.infinity
  /// Since when one is wanted because of something that happened; nil if none is.
  private var wantedSince: Double?
  /// Looks for what happens that may be made at once, and when that was counted.
  private var budget = TrackLimits.looksAtOnceMax
  private var budgetAt: Double?
  /// How the head was held at the last look.
  private var pose: HeadPose?
  private var wasActing = false
  /// How often the face changed where no look could be afforded.
  private(set) var jumpsUnseen = 0

  init(seed: UInt64) { numbers = SplitMix64(seed: seed) }

  /// A face has been found anew: a look is due from now on.
  mutating func begin(at seconds: Double) {
    due = seconds
    pose = nil
  }

  /// Takes in the face of the next frame.
  /// - Parameters:
  ///   - hasJumped: whether it moved or changed as a face does not from one frame to the next.
  ///   - isUnknown: whether there is no frame shortly before to hold it against.
  mutating func see(
    _ face: TrackedFace, hasJumped: Bool, isUnknown: Bool = false, at seconds: Double
  ) {
    refill(seconds)
    if due == -.infinity { due = seconds }
    let isActing =
      face.eyeClosure >= TrackLimits.lookEyeClosure || face.mouthOpening >= TrackLimits.lookMouth
    let hasTurned =
      pose.map {
        abs($0.yaw - face.pose.yaw) >= TrackLimits.lookYaw
          || abs($0.pitch - face.pose.pitch) >= TrackLimits.lookPitch
      } ?? false
    if hasJumped || isUnknown || isActing && !wasActing || hasTurned {
      if budget >= 1 {
        if wantedSince == nil { budget -= 1 }
        wantedSince = wantedSince ?? seconds
      } else if hasJumped {
        jumpsUnseen += 1
      }
    }
    wasActing = isActing
  }

  private mutating func refill(_ seconds: Double) {
    let since = budgetAt.map { max(seconds - $0, 0) } ?? 0
    budget = min(budget + since * TrackLimits.looksPerSecondMax, TrackLimits.looksAtOnceMax)
    budgetAt = seconds
  }

  /// Whether a look is due at a face seen from the front.
  func isDue(at seconds: Double) -> Bool { seconds >= due || wantedSince != nil }

  /// Whether it is due at a face that is turned, too.
  func isOverdue(at seconds: Double) -> Bool {
    seconds >= due + TrackLimits.identityOverdueSeconds
      || wantedSince.map { seconds >= $0 + TrackLimits.lookOverdueSeconds } ?? false
  }

  /// The look has been made.
  mutating func looked(at face: TrackedFace, _ seconds: Double) {
    pose = face.pose
    wantedSince = nil
    guard seconds >= due else { return }
    let range = TrackLimits.identitySeconds
    let drawn = Double(numbers.next() >> 11) * 0x1p-53
    due = seconds + range.lowerBound + (range.upperBound - range.lowerBound) * drawn
  }
}
