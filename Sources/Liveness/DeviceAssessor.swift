// What a device's own findings amount to: a level, a level of its camera, tags and a score.

package import Vocabulary

/// Weighs evidence that is believed.
///
/// The level is that of the worst finding. Nothing makes it better: more findings never lower level or score, and a
/// check that should have run and did not counts as a doubt. The levels are a policy, not a measurement.
package enum DeviceAssessor {
  /// What each check means: its tag, and the level when it is suspected and when it is found.
  static func weight(
    of kind: DeviceCheckKind
  ) -> (tag: DeviceTag, suspected: DeviceLevel, found: DeviceLevel) {
    switch kind {
    case .root: (.rooted, .mid, .high)
    case .emulator: (.emulator, .mid, .high)
    case .hook, .debugger: (.injected, .mid, .high)
    case .repackaged: (.injected, .high, .high)
    case .virtualCamera: (.cameraHijacked, .mid, .high)
    case .cameraHijack: (.cameraHijacked, .high, .high)
    case .farmDevice: (.fraudDevice, .mid, .high)
    case .screenCapture, .accessibilityMisuse, .clonedApp, .clockTampered, .unknown:
      (.riskyOperation, .low, .mid)
    }
  }

  /// Checks without which a device is not called better than mid. A page in a browser can make none of them.
  static let required: [DeviceCheckKind] = [
    .root, .emulator, .hook, .repackaged, .virtualCamera, .cameraHijack,
  ]
  static let ofCamera: Set<DeviceCheckKind> = [.virtualCamera, .cameraHijack]

  /// - Parameters:
  ///   - clockSkewSeconds: device clock less server clock.
  package static func risk(
    of evidence: DeviceEvidence, trust: DeviceTrust, clockSkewSeconds: Double
  ) -> DeviceRisk {
    var levels: [DeviceLevel] = []
    var camera: [DeviceLevel] = cameraLevels(evidence)
    var tags: Set<DeviceTag> = []
    for check in evidence.checks {
      let weight = weight(of: check.kind)
      let level: DeviceLevel
      switch check.finding {
      case .clear, .notRun: continue
      case .suspected: level = weight.suspected
      case .found: level = weight.found
      }
      tags.insert(weight.tag)
      if ofCamera.contains(check.kind) { camera.append(level) } else { levels.append(level) }
    }
    let run = Set(evidence.checks.filter { $0.finding != .notRun }.map(\.kind))
    for kind in required where !run.contains(kind) {
      if ofCamera.contains(kind) { camera.append(.mid) } else { levels.append(.mid) }
    }
    // An enrolled key may have been copied out of a device.
    if case .enrolled = trust { levels.append(.low) }
    if !(abs(clockSkewSeconds) <= DeviceLimits.clockSkewSecondsMax) {
      levels.append(.low)
      tags.insert(.riskyOperation)
    }
    let cameraLevel = evidence.camera == nil ? nil : camera.max() ?? .safe
    let all = levels + camera
    let level = all.max() ?? .safe
    return DeviceRisk(
      level: level, cameraLevel: cameraLevel, tags: DeviceTag.allCases.filter(tags.contains),
      score: score(level, findings: all.reduce(0) { $0 + ($1 == level ? 1 : 0) }))
  }

  /// What the camera's description says against it.
  private static func cameraLevels(_ evidence: DeviceEvidence) -> [DeviceLevel] {
    guard let camera = evidence.camera else { return [.mid] }
    var levels: [DeviceLevel] = []
    if camera.sensorIDHash.count != DeviceLimits.digestBytes
      || camera.sensorIDHash.allSatisfy({ $0 == 0 })
    {
      levels.append(.mid)
    }
    // Cameras offer many sizes; a program that plays one often has that of its film.
    if camera.sizes.count < DeviceLimits.cameraSizesMin { levels.append(.low) }
    // What is used must be offered, lying or standing.
    if let used = camera.captureSize {
      let offered = camera.sizes.contains {
        $0 == used || ($0.width == used.height && $0.height == used.width)
      }
      if !offered { levels.append(.mid) }
    } else {
      levels.append(.mid)
    }
    if camera.frameRateMax < 1 || camera.frameRateMax > DeviceLimits.frameRateMax {
      levels.append(.low)
    }
    if camera.facing == .external || camera.facing == .unknown {
      levels.append(evidence.platform == .web ? .low : .mid)
    }
    return levels
  }

  /// A quarter of the scale for each level, higher in it the more findings are of that level.
  static func score(_ level: DeviceLevel, findings: Int) -> Double {
    let quarter = 25.0
    let floor = quarter * Double(level.rawValue - 1)
    guard level != .safe else { return 0 }
    let more = Double(max(findings, 1) - 1)
    return min(floor + 5 * more, floor + quarter - 1) + (level == .high ? 1 : 0)
  }
}
