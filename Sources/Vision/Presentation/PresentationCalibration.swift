// From looks at a face to a score: a few numbers, kept as data with the description of how they were made.

internal import Glibc
package import Inference
package import Vocabulary

/// How looks become a score, read from `Resources/presentation.json`.
///
/// The score is the logistic function of what the models say, times `slope` plus `offset`, less what physical signs of a
/// picture take away. A sign takes nothing up to a value that living faces have too, then in proportion, at most
/// its weight. Nothing adds to what the models say: a picture cannot make up for looking like one.
package struct PresentationCalibration: Sendable, Equatable {
  /// One physical sign.
  struct Sign: Sendable, Equatable {
    let signal: LivenessSignal
    /// Where it begins to count, and where it counts in full.
    let from: Double
    let full: Double
    /// What it takes away then, in log-odds.
    let weight: Double

    func evidence(_ value: Double) -> Double {
      weight * min(max((value - from) / (full - from), 0), 1)
    }
  }

  /// The edition of the format that this code reads.
  package static let schema = 1

  /// Name and edition, recorded with verdicts.
  package let name: String
  /// Least score of a living face, 0–1.
  package let threshold: Double
  let slope: Double
  let offset: Double
  let signs: [Sign]
  /// Least `PresentationLook.room`.
  let roomMin: Double
  /// Least `PresentationLook.side`, pixels.
  let pictureSideMin: Double
  /// Most `PresentationLook.cover`.
  let coverMax: Double
  /// Least `LivenessSignal.presentationExpression` of a clip.
  let expressionMin: Double

  /// The calibration that is compiled into the server.
  package static func bundled() throws(InferenceStartupError) -> PresentationCalibration {
    try PresentationCalibration(json: PackageResources.presentation_json)
  }

  /// Reads a calibration. Unknown keys, signals and numbers that cannot be meant are refused.
  package init(json: some Collection<UInt8>) throws(InferenceStartupError) {
    let source = "presentation calibration"
    let document = try decodeStrictly(
      PresentationDocument.self, from: json, named: source,
      bytesMax: VisionLimits.calibrationBytesMax)
    guard document.schema == Self.schema else {
      throw InferenceStartupError(
        "\(source): schema \(document.schema) is not known, this server reads \(Self.schema)")
    }
    name = document.name
    threshold = document.threshold
    slope = document.model.slope
    offset = document.model.offset
    roomMin = document.roomMin
    pictureSideMin = document.pictureSideMin
    coverMax = document.coverMax
    expressionMin = document.expressionMin
    var signs: [Sign] = []
    for sign in document.signs {
      guard let signal = LivenessSignal(rawValue: sign.signal), Self.measured.contains(signal)
      else {
        throw InferenceStartupError("\(source): \"\(sign.signal)\" is no sign")
      }
      signs.append(Sign(signal: signal, from: sign.from, full: sign.full, weight: sign.weight))
    }
    self.signs = signs
    if let fault { throw InferenceStartupError("\(source): \(fault)") }
  }

  /// Signals that may be signs.
  private static let measured: Set<LivenessSignal> = [
    .presentationGrid, .presentationRedness, .presentationDetail, .presentationCover,
  ]

  private var fault: String? {
    guard !name.isEmpty else { return "name must not be empty" }
    guard (0.01...0.99).contains(threshold) else { return "threshold must be from 0.01 to 0.99" }
    guard slope > 0, slope.isFinite, offset.isFinite else { return "slope must be above 0" }
    guard roomMin >= 1, roomMin.isFinite, (0...100).contains(coverMax) else {
      return "roomMin must be 1 or more, coverMax 0 to 100"
    }
    guard (1...10_000).contains(pictureSideMin) else {
      return "pictureSideMin must be from 1 to 10000"
    }
    guard (0.01...0.9).contains(expressionMin) else {
      return "expressionMin must be from 0.01 to 0.9"
    }
    guard Set(signs.map(\.signal)).count == signs.count else { return "a sign is there twice" }
    for sign in signs {
      guard sign.from.isFinite, sign.full.isFinite, sign.from != sign.full else {
        return "\(sign.signal.rawValue): from and full must differ"
      }
      guard sign.weight > 0, sign.weight.isFinite else {
        return "\(sign.signal.rawValue): weight must be above 0"
      }
    }
    return nil
  }

  // MARK: Reading

  /// What the looks at a clip say together: every number is the median over them.
  /// - Parameter expression: see `LivenessSignal.presentationExpression`; nil if it was not seen.
  package func read(_ looks: [PresentationLook], expression: Double?) -> PresentationReading {
    read(looks, expression: expression, isClip: true)
  }

  /// What one look at a still says.
  package func read(_ look: PresentationLook?) -> PresentationReading {
    read(look.map { [$0] } ?? [], expression: nil, isClip: false)
  }

  private func read(
    _ looks: [PresentationLook], expression: Double?, isClip: Bool
  ) -> PresentationReading {
    var signals: [LivenessSignal: Double] = [.presentationLooks: Double(looks.count)]
    func take(_ signal: LivenessSignal, _ value: (PresentationLook) -> Double?) {
      signals[signal] = Self.median(looks.compactMap(value))
    }
    take(.presentationModel, \.model)
    take(.presentationGrid, \.grid)
    take(.presentationRedness, \.redness)
    take(.presentationDetail, \.detail)
    take(.presentationCover) { $0.cover }
    take(.presentationRoom) { $0.room }
    take(.presentationPictureSide) { $0.side }
    if !looks.isEmpty { signals[.presentationEvidence] = evidence(in: signals) }
    signals[.presentationExpression] = expression
    signals[.presentationScore] = score(of: signals)
    return PresentationReading(
      signals: signals, score: signals[.presentationScore], threshold: threshold,
      doubts: doubts(about: signals, isClip: isClip), looks: looks, calibration: name)
  }

  /// What the signs among `signals` take away, in log-odds.
  func evidence(in signals: [LivenessSignal: Double]) -> Double {
    signs.reduce(0) { $0 + (signals[$1.signal].map($1.evidence) ?? 0) }
  }

  /// The score; nil without the models.
  func score(of signals: [LivenessSignal: Double]) -> Double? {
    guard let model = signals[.presentationModel] else { return nil }
    let odds = slope * model + offset - evidence(in: signals)
    guard odds.isFinite else { return 0 }
    return 1 / (1 + exp(-odds))
  }

  // MARK: For fitting

  /// The signs by name, with their weights.
  package var signWeights: [(name: String, weight: Double)] {
    signs.map { ($0.signal.rawValue, $0.weight) }
  }

  /// What the score is a linear function of: what the models say, then how far each sign counts, 0–1.
  package func inputs(_ signals: [LivenessSignal: Double]) -> [Double] {
    [signals[.presentationModel] ?? 0]
      + signs.map { sign in (signals[sign.signal].map(sign.evidence) ?? 0) / sign.weight }
  }

  private func doubts(
    about signals: [LivenessSignal: Double], isClip: Bool
  ) -> [PresentationReading.Doubt] {
    guard let room = signals[.presentationRoom] else { return [.noFace] }
    var doubts: [PresentationReading.Doubt] = []
    if signals[.presentationModel] == nil { doubts.append(.modelsMissing) }
    if room < roomMin { doubts.append(.faceTooClose) }
    if signals[.presentationPictureSide] ?? 0 < pictureSideMin { doubts.append(.pictureTooSmall) }
    if signals[.presentationCover] ?? 0 > coverMax { doubts.append(.faceCovered) }
    if isClip, signals[.presentationExpression].map({ $0 < expressionMin }) ?? true {
      doubts.append(.faceStill)
    }
    return doubts
  }

  /// The median; of an even number the mean of the middle two. Nil for none.
  static func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}

/// The calibration's file.
private struct PresentationDocument: Decodable {
  struct Model: Decodable {
    let slope: Double
    let offset: Double

    private enum Key: String, CodingKey, CaseIterable { case slope, offset }

    init(from decoder: any Decoder) throws {
      try refuseUnknownKeys(decoder, known: Key.allCases.map(\.rawValue))
      let object = try decoder.container(keyedBy: Key.self)
      slope = try object.decode(Double.self, forKey: .slope)
      offset = try object.decode(Double.self, forKey: .offset)
    }
  }

  struct Sign: Decodable {
    let signal: String
    let from: Double
    let full: Double
    let weight: Double

    private enum Key: String, CodingKey, CaseIterable { case signal, from, full, weight }

    init(from decoder: any Decoder) throws {
      try refuseUnknownKeys(decoder, known: Key.allCases.map(\.rawValue))
      let object = try decoder.container(keyedBy: Key.self)
      signal = try object.decode(String.self, forKey: .signal)
      from = try object.decode(Double.self, forKey: .from)
      full = try object.decode(Double.self, forKey: .full)
      weight = try object.decode(Double.self, forKey: .weight)
    }
  }

  let schema: Int
  let name: String
  let threshold: Double
  let model: Model
  let signs: [Sign]
  let roomMin: Double
  let pictureSideMin: Double
  let coverMax: Double
  let expressionMin: Double

  private enum Key: String, CodingKey, CaseIterable {
    case schema, name, threshold, model, signs, roomMin, pictureSideMin, coverMax, expressionMin
    case fit
  }

  init(from decoder: any Decoder) throws {
    try refuseUnknownKeys(decoder, known: Key.allCases.map(\.rawValue))
    let object = try decoder.container(keyedBy: Key.self)
    schema = try object.decode(Int.self, forKey: .schema)
    name = try object.decode(String.self, forKey: .name)
    threshold = try object.decode(Double.self, forKey: .threshold)
    model = try object.decode(Model.self, forKey: .model)
    signs = try object.decode([Sign].self, forKey: .signs)
    roomMin = try object.decode(Double.self, forKey: .roomMin)
    pictureSideMin = try object.decode(Double.self, forKey: .pictureSideMin)
    coverMax = try object.decode(Double.self, forKey: .coverMax)
    expressionMin = try object.decode(Double.self, forKey: .expressionMin)
    // For readers of the file only, but it must be there.
    _ = try object.decode([String: String].self, forKey: .fit)
  }
}
