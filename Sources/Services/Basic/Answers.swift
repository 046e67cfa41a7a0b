// How decisions and measurements are put into messages.

package import Decisions
package import Messages
package import Vision
internal import Vocabulary

extension Reason {
  package init(_ reason: DecisionReason) {
    self.init()
    code = Messages.ReasonCode(rawValue: reason.code.rawValue)
    field = reason.field
    measured = reason.measured.map { rounded($0) }
    limit = reason.limit.map { rounded($0) }
    advisory = reason.advisory
    if let warning = reason.warning {
      self.warning = Messages.CardWarningCode(rawValue: warning.rawValue)
    }
    signal = reason.signal?.rawValue ?? ""
  }
}

extension Score {
  init(_ value: Double, threshold: Double, _ calibration: FaceScoreCalibration) {
    self.init()
    self.value = rounded(value)
    self.threshold = threshold
    self.calibration = calibration.name
    table = calibration.table.map { point in
      var row = OperatingPoint()
      row.threshold = point.threshold
      row.falseMatchRate = point.falseMatchRate
      row.extrapolated = point.extrapolated
      return row
    }
  }
}

extension Messages.ModelVersion {
  /// The model as it is named in answers.
  package init(_ model: VisionModel) {
    self.init()
    role = model.role
    name = model.name
    sha256 = model.sha256
    preprocessing = model.preprocessing
  }
}

extension FaceMeasures {
  /// The numbers that policies judge; nil when quality was not measured.
  package init?(_ face: FaceObservation) {
    guard let quality = face.quality else { return nil }
    self.init(
      confidence: face.confidence, sizePixels: quality.sizePixels, yaw: face.pose.yaw,
      pitch: face.pose.pitch, roll: face.pose.roll, sharpness: quality.sharpness,
      brightness: quality.brightness, completeness: quality.completeness.least,
      coreCompleteness: quality.completeness.leastOfCore,
      maskSuspicion: face.maskSuspicion)
  }
}

extension FaceEvidence {
  /// What a policy is told about one picture of a comparison. Pure; nothing of the picture is kept.
  package init(_ analysis: FaceAnalysis) {
    self.init(
      facesTotal: analysis.faces.count, face: analysis.chosen.flatMap(FaceMeasures.init),
      isComparable: analysis.template != nil)
  }
}

extension Face {
  init(_ face: FaceObservation, quality policy: FaceQualityPolicy) {
    self.init()
    box = Box(face.box)
    confidence = rounded(face.confidence, 1000)
    landmarks = face.landmarks.map { point in
      var place = Point()
      place.x = Float(point.x)
      place.y = Float(point.y)
      return place
    }
    guard let measures = FaceMeasures(face), let measured = face.quality else { return }
    pose = Pose(face.pose)
    quality = Messages.FaceQuality(
      measured,
      firstFailing: policy.firstFailure(of: measures, level: FaceQualityPolicy.levelDefault)?.code)
    var attributes = FaceAttributes()
    attributes.maskSuspicion = rounded(face.maskSuspicion)
    self.attributes = attributes
  }
}

extension Box {
  fileprivate init(_ box: ImageBox) {
    self.init()
    x = Float(box.x)
    y = Float(box.y)
    width = Float(box.width)
    height = Float(box.height)
  }
}

extension Pose {
  fileprivate init(_ pose: HeadPose) {
    self.init()
    pitch = rounded(pose.pitch)
    yaw = rounded(pose.yaw)
    roll = rounded(pose.roll)
  }
}

extension Messages.FaceQuality {
  fileprivate init(_ measured: Vision.FaceQuality, firstFailing: Vocabulary.ReasonCode?) {
    self.init()
    score = rounded(measured.score)
    sharpness = rounded(measured.sharpness)
    brightness = rounded(measured.brightness)
    sizePixels = rounded(measured.sizePixels)
    var parts = Completeness()
    parts.eyebrow = rounded(measured.completeness.eyebrow)
    parts.eye = rounded(measured.completeness.eye)
    parts.nose = rounded(measured.completeness.nose)
    parts.cheek = rounded(measured.completeness.cheek)
    parts.mouth = rounded(measured.completeness.mouth)
    parts.chin = rounded(measured.completeness.chin)
    completeness = parts
    if let firstFailing { self.firstFailing = Messages.ReasonCode(rawValue: firstFailing.rawValue) }
  }
}

/// Two decimals, or as many as `scale` has zeros: what a caller may rely on. Rounds towards zero, so that no
/// shown score reaches a threshold that the exact one does not.
func rounded(_ value: Double, _ scale: Double = 100) -> Double {
  guard value.isFinite else { return 0 }
  return (value * scale).rounded(.towardZero) / scale
}
