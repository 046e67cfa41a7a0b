// What a device is found to be: one closed set of tags and levels for all parts, and the numbers by which another
// product calls the same.

/// What is wrong with a device. Raw values are those of `idv.v1.DeviceTag`: never change one.
package enum DeviceTag: Int32, Sendable, CaseIterable {
  /// Rooted or jailbroken: whatever the app says can be made up.
  case rooted = 1
  /// Code was injected or hooked into the app, it is debugged, or it is not as its publisher signed it.
  case injected = 2
  /// Not a device but a program.
  case emulator = 3
  /// The screen is shared or driven by another, the clock was set, copies of the app run.
  case riskyOperation = 4
  /// The pictures do not come from the camera that the device has.
  case cameraHijacked = 5
  /// Known from device farms and tools of mass fraud.
  case fraudDevice = 6
  /// Nothing that could be believed was said: no evidence, or none that is signed, fresh and of this challenge.
  case unverified = 7
}

extension DeviceTag {
  /// The name on the wire without its prefix: `CAMERA_HIJACKED`.
  package var name: String {
    switch self {
    case .rooted: "ROOTED"
    case .injected: "INJECTED"
    case .emulator: "EMULATOR"
    case .riskyOperation: "RISKY_OPERATION"
    case .cameraHijacked: "CAMERA_HIJACKED"
    case .fraudDevice: "FRAUD_DEVICE"
    case .unverified: "UNVERIFIED"
    }
  }

  /// The number of Tencent Cloud's DeviceInfoTag and CameraInfoTag for it; nil where it has none.
  package var tencentNumber: String? {
    switch self {
    case .rooted: "01"
    case .injected: "02"
    case .emulator: "03"
    case .riskyOperation: "04"
    case .cameraHijacked: "05"
    case .fraudDevice: "06"
    case .unverified: nil
    }
  }
}

/// How risky a device or its camera is. Raw values are those of `idv.v1.DeviceLevel`: never change one. That nothing
/// is known is nil, never a level.
package enum DeviceLevel: Int32, Sendable, CaseIterable, Comparable {
  case safe = 1
  case low = 2
  case mid = 3
  case high = 4

  package static func < (a: DeviceLevel, b: DeviceLevel) -> Bool { a.rawValue < b.rawValue }
}

/// What a device's evidence amounts to.
package struct DeviceRisk: Sendable, Equatable {
  /// Of the device; nil if it could not be found out.
  package var level: DeviceLevel?
  /// Of its camera; nil if it could not be found out.
  package var cameraLevel: DeviceLevel?
  /// In order of their numbers, each once.
  package var tags: [DeviceTag]
  /// 0–100, 100 is riskiest; nil if it could not be found out.
  package var score: Double?

  package init(
    level: DeviceLevel?, cameraLevel: DeviceLevel?, tags: [DeviceTag], score: Double?
  ) {
    self.level = level
    self.cameraLevel = cameraLevel
    self.tags = tags
    self.score = score
  }

  /// Nothing is known.
  package static let notObtained = DeviceRisk(
    level: nil, cameraLevel: nil, tags: [.unverified], score: nil)
}

extension DeviceRisk {
  /// Tags that are an attack under way rather than a bad state of a device.
  package static let attacks: Set<DeviceTag> = [
    .injected, .emulator, .cameraHijacked, .fraudDevice,
  ]

  /// Tencent Cloud's DeviceInfoLevel of a session: 1 safe, 2 low, 3 mid, 4 high, nil not obtained.
  package var tencentSessionLevel: Int? { level.map { Int($0.rawValue) } }

  /// Tencent Cloud's DeviceInfoLevel of the call without a face: 1 low, 2 mid, 3 high, 4 attack, −1 not obtained.
  package var tencentRiskCallLevel: Int { Self.riskCallNumber(level, tags) }

  /// Its CameraInfoLevel: the same scale.
  package var tencentCameraLevel: Int {
    Self.riskCallNumber(cameraLevel, tags.filter { $0 == .cameraHijacked })
  }

  private static func riskCallNumber(_ level: DeviceLevel?, _ tags: [DeviceTag]) -> Int {
    switch level {
    case nil: -1
    case .safe, .low: 1
    case .mid: 2
    case .high: tags.contains(where: attacks.contains) ? 4 : 3
    }
  }
}
