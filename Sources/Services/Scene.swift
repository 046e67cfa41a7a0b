// What the operator has configured for a business situation.

package import Decisions
package import Liveness
package import Vocabulary

/// The configured terms of a scene. The scene `default` always exists.
package struct Scene: Sendable, Equatable {
  /// Score for PASS when the caller names none, 0–100.
  package var threshold: Double
  /// Lowest threshold a caller may name.
  package var thresholdFloor: Double
  /// Quality level when the caller names none, 0–4.
  package var qualityLevel: Int
  /// Quality level of the portrait on a card, 0–4.
  package var portraitQualityLevel: Int
  /// What warnings about a card lead to where a verdict rests on it.
  package var cardWarnings: CardWarningTerms
  /// What it sets about liveness otherwise than the policy's defaults.
  package var liveness: LivenessTerms
  /// What Enhanced does with a device of which nothing is known.
  package var unknownDevice: UnknownDevice
  /// What it sets about a person's will otherwise than the policy's defaults.
  package var intent: IntentTerms
  /// What Intent demands of the face.
  package var faceDemand: FaceDemand
  /// Words that its recordings must not have taken for one another, beside those that a challenge names.
  package var contrasts: [IntentScript.Pair]

  package init(
    threshold: Double, thresholdFloor: Double, qualityLevel: Int, portraitQualityLevel: Int,
    cardWarnings: CardWarningTerms, liveness: LivenessTerms = LivenessTerms(),
    unknownDevice: UnknownDevice = .asMid, intent: IntentTerms = IntentTerms(),
    faceDemand: FaceDemand = .live, contrasts: [IntentScript.Pair] = []
  ) {
    self.contrasts = contrasts
    self.intent = intent
    self.faceDemand = faceDemand
    self.threshold = threshold
    self.thresholdFloor = thresholdFloor
    self.qualityLevel = qualityLevel
    self.portraitQualityLevel = portraitQualityLevel
    self.cardWarnings = cardWarnings
    self.liveness = liveness
    self.unknownDevice = unknownDevice
  }
}

/// The scenes by name.
package struct Scenes: Sendable {
  /// The name that an empty `scene_id` stands for.
  package static let defaultName = "default"

  private let scenes: [String: Scene]

  package init(default scene: Scene) { scenes = [Self.defaultName: scene] }

  /// The scene that a request names; nil if there is none of that name.
  func scene(_ name: String) -> Scene? { scenes[name.isEmpty ? Self.defaultName : name] }
}
