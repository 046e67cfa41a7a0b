// How much a device has to show: its risk in, a way of asking or a refusal out.

package import Vocabulary

/// What is done with a device about which nothing is known.
package enum UnknownDevice: Sendable, Equatable {
  /// It gets no challenge.
  case refused
  /// It is treated as one of medium risk.
  case asMid
}

/// What the scene allows.
package struct DeviceRiskTerms: Sendable, Equatable {
  package var unknownDevice: UnknownDevice
  /// The person cannot see flashes or should not: colours are never shown.
  package var isAccessible: Bool
  /// The device has a screen of its own that can light the face.
  package var canReflect: Bool

  package init(
    unknownDevice: UnknownDevice = .refused, isAccessible: Bool = false, canReflect: Bool = true
  ) {
    self.unknownDevice = unknownDevice
    self.isAccessible = isAccessible
    self.canReflect = canReflect
  }
}

/// What a device's risk leads to.
package enum DeviceRiskOutcome: Sendable, Equatable {
  /// It is asked in this way.
  case challenge(LivenessMode)
  /// It is asked nothing: this device cannot pass.
  case refused
}

/// Version 1 of the rule that picks how an enhanced verification asks.
///
/// | worse of device and camera | asked | accessible |
/// | --- | --- | --- |
/// | safe | ACTION | ACTION |
/// | low, mid | ACTION_REFLECT | DISTANCE |
/// | high | refused | refused |
/// | not obtained | refused, or as mid if the scene says so | the same |
///
/// Where colours are needed and the device cannot show any, DISTANCE is asked. Pure: the same risk gives the same
/// outcome, and more risk never an easier one.
package struct DeviceRiskPolicy: Sendable {
  package static let version = "device-risk@1"

  package init() {}

  package func outcome(for risk: DeviceRisk, terms: DeviceRiskTerms) -> DeviceRiskOutcome {
    // A device that passes for safe without a camera that anything is known of is not.
    guard let device = risk.level, !risk.tags.contains(.unverified) else {
      return unknown(risk, terms)
    }
    let level = max(device, risk.cameraLevel ?? .mid)
    return switch level {
    case .safe: .challenge(.action)
    case .low, .mid: stronger(terms)
    case .high: .refused
    }
  }

  private func unknown(_ risk: DeviceRisk, _ terms: DeviceRiskTerms) -> DeviceRiskOutcome {
    guard terms.unknownDevice == .asMid, risk.level ?? .mid < .high,
      risk.cameraLevel ?? .mid < .high
    else { return .refused }
    return stronger(terms)
  }

  private func stronger(_ terms: DeviceRiskTerms) -> DeviceRiskOutcome {
    .challenge(terms.isAccessible || !terms.canReflect ? .distance : .actionReflect)
  }
}
