// What happened to a track, read off its frames.

/// Finds the events of analysed frames.
struct TrackEvents {
  private let frames: [TrackFrame]
  private let width: Double
  private let height: Double

  init(_ frames: [TrackFrame], width: Int, height: Int) {
    self.frames = frames
    self.width = Double(width)
    self.height = Double(height)
  }

  /// In order of start, then as the kinds are listed.
  var all: [TrackEvent] {
    let found = TrackEvent.Kind.allCases.flatMap { kind in
      runs { holds(kind, $0) }.map { TrackEvent(kind: kind, start: $0, end: $1) }
    }
    return found.enumerated().sorted {
      ($0.element.start, $0.offset) < ($1.element.start, $1.offset)
    }.map(\.element)
  }

  /// Whether `kind` holds on a frame; nil where it was not looked at.
  private func holds(_ kind: TrackEvent.Kind, _ frame: TrackFrame) -> Bool? {
    switch kind {
    case .faceLost: frame.face == nil
    case .severalFaces: frame.facesSeen.map { $0 > 1 }
    case .leftFrame: frame.face.map { outsideShare($0.box) >= TrackLimits.outsideShareMin }
    case .personChanged:
      frame.face.flatMap { face in face.similarity.map { $0 < Self.samePersonMin(face.pose) } }
    }
  }

  /// The least cosine of the same person, turned as `pose` says.
  private static func samePersonMin(_ pose: HeadPose) -> Double {
    let isFrontal =
      abs(pose.yaw) <= TrackLimits.frontalYawMax && abs(pose.pitch) <= TrackLimits.frontalPitchMax
    return isFrontal ? TrackLimits.samePersonMin : TrackLimits.samePersonMinTurned
  }

  /// Share of a box that lies outside the frame, 0–1.
  private func outsideShare(_ box: ImageBox) -> Double {
    guard box.area > 0 else { return 1 }
    let across = min(box.x + box.width, width - 0.5) - max(box.x, -0.5)
    let down = min(box.y + box.height, height - 0.5) - max(box.y, -0.5)
    return 1 - max(across, 0) * max(down, 0) / box.area
  }

  /// First and last time of each unbroken run of frames that `holds`; frames not looked at neither hold nor break.
  private func runs(_ holds: (TrackFrame) -> Bool?) -> [(Double, Double)] {
    var found: [(Double, Double)] = []
    var isOpen = false
    for frame in frames {
      guard let holds = holds(frame) else { continue }
      if holds, isOpen {
        found[found.count - 1].1 = frame.seconds
      } else if holds {
        found.append((frame.seconds, frame.seconds))
      }
      isOpen = holds
    }
    return found
  }
}
