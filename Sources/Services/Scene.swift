// What the operator has configured for a business situation.

/// The configured terms of a scene. The scene `default` always exists.
package struct Scene: Sendable, Equatable {
  /// Score for PASS when the caller names none, 0–100.
  package var threshold: Double
  /// Lowest threshold a caller may name.
  package var thresholdFloor: Double
  /// Quality level when the caller names none, 0–4.
  package var qualityLevel: Int

  package init(threshold: Double, thresholdFloor: Double, qualityLevel: Int) {
    self.threshold = threshold
    self.thresholdFloor = thresholdFloor
    self.qualityLevel = qualityLevel
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
