// When along a clip it is looked at whose face it is: at times that nobody who made the clip could know, and wherever
// something happens that could be a change of person.

internal import Vocabulary

/// Says on which frames a template is due. Fed frame by frame; the same seed gives the same times.
///
/// Who knows when the next look comes shows another face between the looks. So the times between them are drawn (from a
/// keyed digest of the media in the server), and looks come besides when the face jumps or looks otherwise than on the
/// frame before, when eyes or mouth begin an action, and when the head has turned since the last look. The last two wait
/// a while after a look: whoever was seen then has not jumped since, and a face that talks opens its mouth often.
struct LookSchedule {
  private var numbers: SplitMix64
  /// When the next look is due whatever happens.
  private var due = -Double.infinity
  /// From when on one is wanted because of something that happened; nil if none is.
  private var wantedFrom: Double?
  /// Looks for what happens that may be made at once, and when that was counted.
  private var budget = TrackLimits.looksAtOnceMax
  private var budgetAt: Double?
  /// When the last look was, and how the head was held.
  private var last: (pose: HeadPose, seconds: Double)?
  private var wasActing = false
  /// How often the face changed where no look could be afforded.
  private(set) var jumpsUnseen = 0

  init(seed: UInt64) { numbers = SplitMix64(seed: seed) }

  /// A face has been found anew: a look is due from now on.
  mutating func begin(at seconds: Double) {
    due = seconds
    last = nil
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
      last.map {
        abs($0.pose.yaw - face.pose.yaw) >= TrackLimits.lookYaw
          || abs($0.pose.pitch - face.pose.pitch) >= TrackLimits.lookPitch
      } ?? false
    let hasJumped = hasJumped || isUnknown
    if hasJumped || isActing && !wasActing || hasTurned {
      let rested = last.map { $0.seconds + TrackLimits.lookRestSeconds } ?? seconds
      let from = hasJumped ? seconds : max(rested, seconds)
      if budget >= 1 {
        if wantedFrom == nil { budget -= 1 }
        wantedFrom = min(wantedFrom ?? from, from)
      } else if hasJumped, !isUnknown {
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
  func isDue(at seconds: Double) -> Bool { seconds >= min(due, wantedFrom ?? .infinity) }

  /// Whether it is due at a face that is turned, too.
  func isOverdue(at seconds: Double) -> Bool {
    seconds >= due + TrackLimits.identityOverdueSeconds
      || wantedFrom.map { seconds >= $0 + TrackLimits.lookOverdueSeconds } ?? false
  }

  /// The look has been made.
  mutating func looked(at face: TrackedFace, _ seconds: Double) {
    last = (face.pose, seconds)
    wantedFrom = nil
    guard seconds >= due else { return }
    let range = TrackLimits.identitySeconds
    let drawn = Double(numbers.next() >> 11) * 0x1p-53
    due = seconds + range.lowerBound + (range.upperBound - range.lowerBound) * drawn
  }
}
