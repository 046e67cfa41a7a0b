// What verdicts rest on where nothing was asked, for evaluations.

package import Decisions
package import Vision
package import Vocabulary

extension LivenessPipeline {
  /// The numbers that `Basic.DetectLiveness` decides by if a capture answers no challenge. Nothing of it is remembered.
  package func unaskedEvidence(
    of source: ClipSource, field: String, before deadline: Deadline
  ) async throws(ServiceError) -> LivenessEvidence {
    try await judge(
      CheckedCapture(source: source, colorsShown: nil, field: field), answering: nil,
      bestFrames: 0, isRemembered: false, before: deadline
    ).evidence
  }

  /// The numbers that `Basic.VerifyPhoto` decides by.
  package func stillEvidence(
    of image: Bytes, field: String, before deadline: Deadline
  ) async throws(ServiceError) -> LivenessEvidence {
    let still = try await reader.readStill(image, field: field, before: deadline)
    return JudgedCapture(
      still: still.signals, faces: still.faces, of: image, capabilities: reader.capabilities
    ).evidence
  }

  /// The policy's own limits, with those that go with the models in use.
  package var standardTerms: LivenessTerms { LivenessTerms(limits: reader.limits) }
}
