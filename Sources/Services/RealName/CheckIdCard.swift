// RealName.CheckIdCard: picture → name and number of the card → source → response.

internal import Decisions
internal import Documents
package import Messages
package import RPC
internal import RealName
package import Vocabulary

extension RealNameHandlers {
  /// Reads name and number from the front of an identity card and asks whether they belong together. No source is asked
  /// about what was not read for sure: its answer would be about somebody else.
  package func checkIdCard(
    _ request: CheckIdCardRequest, in call: CallContext
  ) async throws(ServiceError) -> CheckIdCardResponse {
    // 1. Past this line every field is within its limits.
    let header = try CheckedHeader(request.header, scenes: scenes)
    let image = try checkedImage(request.card, field: "card")
    let reading = try CheckedReading(nil, field: "options")
    let stopOn = try checkedWarnings(request.stopOn, field: "stop_on")
      .union(header.scene.cardWarnings.stopOn).union(Self.alwaysStopOn)
    let asked = CardQuestion(
      kinds: try idCardKinds(.unspecified, .front),
      anySide: try idCardKinds(.unspecified, .unspecified), several: false)

    // 2. The shared core. Waiting counts against the caller's deadline.
    let documents = try documents()
    let seen = try await documents.read(
      image, field: "card", options: reading.forReader, as: nil, before: call.deadline)
    let card: SeenCard
    do throws(CardProblem) {
      card = try asked.choose(seen.cards)[0]
    } catch {
      throw ServiceError(error, field: "card", none: .imageNoIdCard)
    }

    // 3. What stands against asking.
    var response = CheckIdCardResponse()
    if request.wantFields { response.card = IdCard(card, reading) }
    let fields = card.document.fields
    let reasons = obstacles(card, stopOn: stopOn)
    guard reasons.isEmpty, let name = fields[.name] ?? fields[.latinName],
      let number = fields[.idNumber]
    else {
      response.header = ResponseHeader(
        call, header, .noResult, advice: .retryCapture, policy: RealNamePolicy.version,
        models: documents.models)
      response.reasons = (reasons.isEmpty ? [DecisionReason(.cardUnreadable)] : reasons)
        .map { Reason($0.about("card")) }
      return response
    }

    // 4. The source.
    var checked = elements()
    var question = ElementQuestion(.nameNumber)
    question.number = try checked.number(number.value)
    question.name = try checked.name(name.value)
    let answer = try await desk.ask(question, checked, .id2OCR, .cardPhoto, call)
    response.header = ResponseHeader(
      call, header, answer.resultClass, advice: answer.advice, policy: RealNamePolicy.version,
      models: documents.models)
    response.outcome = answer.outcome
    return response
  }

  /// Doubts about name or number, whatever the scene lets pass.
  private static let alwaysStopOn: Set<Vocabulary.CardWarningCode> = [
    .idNumberCheckFailed, .idNumberLengthWrong, .birthDateDisagrees, .sexDisagrees,
  ]

  private func obstacles(
    _ card: SeenCard, stopOn: Set<Vocabulary.CardWarningCode>
  ) -> [DecisionReason] {
    var reasons: [DecisionReason] = []
    for warning in card.warnings(repair: true) {
      let isDoubtful =
        SeenCard.isAboutIdentity(warning)
        && [.fieldCut, .fieldUncertain, .fieldMissing].contains(warning.code)
      guard isDoubtful || stopOn.contains(warning.code) else { continue }
      reasons.append(
        DecisionReason(
          .cardWarning, measured: warning.score, limit: warning.threshold,
          advisory: warning.advisory, warning: warning.code))
    }
    // What was asked to be ruled out and could not be judged is not ruled out.
    for code in card.unmeasured.compactMap(Vocabulary.CardWarningCode.init)
    where stopOn.contains(code) {
      reasons.append(DecisionReason(.cardWarning, warning: code))
    }
    return reasons
  }
}
