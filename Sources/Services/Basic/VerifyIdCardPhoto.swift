// Basic.VerifyIdCardPhoto: request → card and portrait, selfie → one similarity → verdict → response.

internal import Decisions
internal import Documents
package import Messages
internal import Observability
package import RPC
internal import Vision
package import Vocabulary

extension BasicHandlers {
  /// Reads an identity card and says whether its portrait shows the person of a selfie.
  package func verifyIdCardPhoto(
    _ request: VerifyIdCardPhotoRequest, in call: CallContext
  ) async throws(ServiceError) -> VerifyIdCardPhotoResponse {
    // 1. Past this line every field is within its limits.
    let asked = try CardPhotoQuestion(request, scenes: scenes)

    // 2. The shared core, both pictures at once. Waiting counts against the caller's deadline.
    async let selfieAnalysis = attempt(asked.selfie, "selfie", asked.selfieOptions, call.deadline)
    let seen = try await documents.read(
      asked.card, field: "card", options: asked.readOptions, as: asked.question.onlyKind,
      before: call.deadline)
    let selfie = try await selfieAnalysis.get()

    // 3. What the card is worth. Its portrait is looked at only if nothing about it stands against that.
    let (card, finding) = asked.chosen(seen)
    var evidence = IDCardPhotoEvidence(
      card: CardEvidence(finding, card, repair: asked.reading.repair),
      selfie: FaceEvidence(selfie), identicalImages: asked.card == asked.selfie)
    var portrait: FaceAnalysis?
    if cardPolicy.obstacles(in: evidence, terms: asked.terms).isEmpty, let card {
      portrait = try await portraitAnalysis(card, before: call.deadline)
      evidence.portrait = portrait.map(FaceEvidence.init)
      evidence.isPortraitOfCard = portrait.map { card.owns($0) } ?? false
    }

    // 4. A similarity is formed only when nothing stands against it.
    if let portrait, let face = evidence.portrait, let person = evidence.selfie,
      cardPolicy.faceObstacles(
        portrait: face, isPortraitOfCard: evidence.isPortraitOfCard, selfie: person,
        terms: asked.terms
      ).isEmpty,
      let similarity = portrait.similarity(to: selfie)
    {
      evidence.score = analyzer.calibration.score(ofSimilarity: similarity)
    }

    // 5. Pure and versioned: the same numbers give the same verdict.
    let decision = cardPolicy.decide(evidence, terms: asked.terms)

    call.log.info(
      "card photo decided",
      [.verdict: .code(decision.verdict), .reason: .code(decision.reasons[0].code)])
    var response = response(decision, evidence, asked, call)
    response.card = card.map { IdCard($0, asked.reading) }
    response.cardFace = portrait?.chosen.map { Face($0, quality: policy.quality) }
    response.selfieFace = selfie.chosen.map { Face($0, quality: policy.quality) }
    return response
  }

  private func attempt(
    _ image: Bytes, _ field: String, _ options: FaceAnalysisOptions, _ deadline: Deadline
  ) async -> Result<FaceAnalysis, ServiceError> {
    do throws(ServiceError) {
      return .success(
        try await analyzer.analyze(image, field: field, options: options, before: deadline))
    } catch { return .failure(error) }
  }

  /// The face on the rectified card; nil if the reader made no picture of it.
  private func portraitAnalysis(
    _ card: SeenCard, before deadline: Deadline
  ) async throws(ServiceError) -> FaceAnalysis? {
    guard let picture = card.images.reveal({ $0.card }) else { return nil }
    return try await analyzer.analyze(
      picture, field: "card", options: FaceAnalysisOptions(choice: .largest, wantTemplate: true),
      before: deadline)
  }

  private func response(
    _ decision: FaceCompareDecision, _ evidence: IDCardPhotoEvidence, _ asked: CardPhotoQuestion,
    _ call: CallContext
  ) -> VerifyIdCardPhotoResponse {
    let decided = decision.verdict != .inconclusive
    var response = VerifyIdCardPhotoResponse()
    response.header = ResponseHeader(
      call, asked.header, decided ? .verdict : .noResult, advice: decision.advice,
      policy: IDCardPhotoPolicy.version,
      models: analyzer.models + documents.models.filter { !analyzer.models.contains($0) })
    response.verdict = Messages.Verdict(rawValue: decision.verdict.rawValue)
    response.reasons = decision.reasons.map(Reason.init)
    if decided, let score = evidence.score {
      response.score = Score(score, threshold: asked.terms.faces.threshold, analyzer.calibration)
    }
    return response
  }
}

extension SeenCard {
  /// Whether the face chosen on the rectified card is the portrait that was found there, and looked over for what covers
  /// it: the boxes overlap, and no other face is nearly as large. A picture laid on the card does not speak for it.
  fileprivate func owns(_ analysis: FaceAnalysis) -> Bool {
    guard let portrait, let face = analysis.chosen, width > 0, height > 0, analysis.width > 0,
      analysis.height > 0
    else { return false }
    let across = Double(width) / Double(analysis.width)
    let down = Double(height) / Double(analysis.height)
    let box = ImageBox(
      x: face.box.x * across, y: face.box.y * down, width: face.box.width * across,
      height: face.box.height * down)
    return box.overlap(with: portrait) >= Self.portraitOverlapMin
      && analysis.faces.allSatisfy {
        $0.box == face.box || $0.box.height < Self.otherFaceMax * face.box.height
      }
  }

  /// Least overlap (intersection over union) of two detectors' boxes of one face; those of neighbours are 0.
  private static let portraitOverlapMin = 0.3
  /// Height of another face from which on it is unclear which is the portrait. Repeated small portraits that some
  /// cards bear are a third as high.
  private static let otherFaceMax = 0.6
}

/// A request past its checks.
private struct CardPhotoQuestion {
  let header: CheckedHeader
  let card: Bytes
  let selfie: Bytes
  let question: CardQuestion
  let reading: CheckedReading
  let terms: IDCardPhotoTerms
  let selfieOptions: FaceAnalysisOptions

  init(_ request: VerifyIdCardPhotoRequest, scenes: Scenes) throws(ServiceError) {
    header = try CheckedHeader(request.header, scenes: scenes)
    card = try checkedImage(request.card, field: "card")
    selfie = try checkedImage(request.selfie, field: "selfie")
    question = CardQuestion(
      kinds: try idCardKinds(request.cardType, .front),
      anySide: try idCardKinds(request.cardType, .unspecified), several: false)
    reading = try CheckedReading(request.options, field: "options")
    let scene = header.scene
    let faces = try checkedFaceTerms(
      level: request.qualityControl, threshold: request.threshold, request.faceSelection, scene)
    var warnings = scene.cardWarnings
    warnings.stopOn.formUnion(try checkedWarnings(request.stopOn, field: "stop_on"))
    terms = IDCardPhotoTerms(
      faces: faces.terms, portraitQualityLevel: scene.portraitQualityLevel, warnings: warnings)
    selfieOptions = FaceAnalysisOptions(
      choice: faces.choice, rotateDetect: request.rotateDetect, wantTemplate: true)
  }

  /// The rectified card is needed for its portrait, whether or not the caller wants it.
  var readOptions: DocumentReadOptions {
    DocumentReadOptions(wantCardImage: true, wantPortraitImage: reading.wantPortrait)
  }

  /// The card that answers, and what became of it. A card whose name or number was not read is told, and not compared.
  func chosen(_ seen: SeenPicture) -> (SeenCard?, CardFinding) {
    do throws(CardProblem) {
      let card = try question.choose(seen.cards)[0]
      let fields = card.document.fields
      let hasName = fields[.name] != nil || fields[.latinName] != nil
      return (card, hasName && fields[.idNumber] != nil ? .read : .unreadable)
    } catch {
      let finding: CardFinding =
        switch error {
        case .noCard: .noCard
        case .wrongKind: .wrongKind
        case .wrongSide: .wrongSide
        case .several: .several
        case .tooSmall: .tooSmall
        case .blurred, .unreadable: .unreadable
        }
      return (nil, finding)
    }
  }
}

extension CardEvidence {
  /// What a policy is told about a card. What could not be judged counts as found: no check is skipped silently.
  fileprivate init(_ finding: CardFinding, _ card: SeenCard?, repair: Bool) {
    self.init(finding: finding, hasPortrait: card?.portrait != nil)
    guard let card else { return }
    warnings = card.warnings(repair: repair).map { warning in
      CardWarningEvidence(
        warning.code, score: warning.score, threshold: warning.threshold,
        advisory: warning.advisory, isOnPortrait: warning.covers.contains(.portrait),
        isAboutIdentity: SeenCard.isAboutIdentity(warning),
        isAboutPeriod: SeenCard.isAboutPeriod(warning))
    }
    for code in card.unmeasured.compactMap(Vocabulary.CardWarningCode.init) {
      warnings.append(CardWarningEvidence(code))
    }
  }
}
