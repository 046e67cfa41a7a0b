// The photo that a capture is held against: the caller's, or the authority's portrait of the person of name and number.

internal import Decisions
internal import IdentityNumbers
internal import Messages
internal import RPC
internal import RealName
internal import Vision
internal import Vocabulary

extension PhotoQuestion {
  /// A photo, or name and number in its place.
  /// - Parameters:
  ///   - group: what questions for the portrait are counted under.
  ///   - level: quality level, nil for the scene's.
  init(
    _ photo: Media?, name: String, number: String, _ group: LimitGroup, level: UInt32?,
    threshold: Double?, _ selection: Messages.FaceSelection, _ scene: Scene, _ desk: CaptureDesk,
    _ call: CallContext
  ) throws(ServiceError) {
    guard !name.isEmpty || !number.isEmpty else {
      try self.init(photo, level: level, threshold: threshold, selection, scene)
      return
    }
    guard photo == nil else {
      throw .outOfRange("photo", "absent where name and id_number are given")
    }
    // Said before a challenge is used up.
    guard let elements = desk.elements, elements.offersPortraits(call) else {
      throw .sourceNotConfigured
    }
    let faces = try checkedFaceTerms(level: level, threshold: threshold, selection, scene)
    var checked = CheckedElements(today: elements.today())
    var question = ElementQuestion(.portrait)
    question.number = try checked.number(number)
    question.name = try checked.name(name)
    question.templateContract = desk.analyzer.templateContract
    if let problem = checked.problems.first {
      throw .outOfRange(problem.field, "one that can exist (CheckNameId says which part fails)")
    }
    self.init(record: .authority(question, group), terms: faces.terms, choice: faces.choice)
  }
}

/// The record's side of a comparison.
struct RecordPhoto: Sendable {
  /// The file that was looked at; nil for a template that the authority keeps.
  var picture: Bytes?
  /// Nil for a template that the authority keeps.
  var analysis: FaceAnalysis?
  var template: FaceTemplate?
}

/// What came of asking for it.
struct FoundRecordPhoto: Sendable {
  /// Nil if there is none: `obstacles` say why.
  var photo: RecordPhoto?
  var obstacles: [DecisionReason] = []
  var source: SourceProfile?
  /// What is left of the authority's limits; empty if nothing was counted.
  var limits: [LimitReading] = []
}

extension CaptureDesk {
  /// Looks at the caller's photo, or asks for the authority's portrait and looks at that.
  /// - Throws: that no source answered, or that the caller's photo cannot be read.
  func recordPhoto(
    _ photo: PhotoQuestion, _ call: CallContext
  ) async throws(ServiceError) -> FoundRecordPhoto {
    let options = FaceAnalysisOptions(choice: photo.choice, wantTemplate: true)
    switch photo.record {
    case .given(let image):
      let analysis = try await analyzer.analyze(
        image, field: "photo", options: options, before: call.deadline)
      return FoundRecordPhoto(
        photo: RecordPhoto(
          picture: image, analysis: analysis, template: analysis.template))
    case .authority(let question, let group):
      guard let elements else { throw .sourceNotConfigured }
      let found = try await elements.portrait(question, group, call)
      var record =
        switch found.outcome {
        case .portrait(let portrait): try await look(at: portrait, found.source, options, call)
        case .noPortrait: none(.portraitMissing, found.source)
        case .refused(let result): none(Self.reason(result), found.source)
        }
      record.limits = found.limits
      return record
    }
  }

  private func look(
    at portrait: ReferencePortrait, _ source: SourceProfile?, _ options: FaceAnalysisOptions,
    _ call: CallContext
  ) async throws(ServiceError) -> FoundRecordPhoto {
    switch portrait.form {
    case .template(let contract):
      // One of another pipeline says nothing about this face; a source knows which may be given.
      guard contract == analyzer.templateContract else {
        throw ServiceError(SourceFault.unsupported, retryAfter: nil)
      }
      guard let template = FaceTemplate(portable: portrait.bytes, contract: contract) else {
        return none(.portraitMissing, source)
      }
      return FoundRecordPhoto(photo: RecordPhoto(template: template), source: source)
    case .image:
      do throws(ServiceError) {
        let analysis = try await analyzer.analyze(
          portrait.bytes, field: "photo", options: options, before: call.deadline)
        // Nobody can retake the authority's picture: one that shows no face is none.
        guard analysis.chosen != nil else { return none(.portraitMissing, source) }
        return FoundRecordPhoto(
          photo: RecordPhoto(
            picture: portrait.bytes, analysis: analysis, template: analysis.template),
          source: source)
      } catch {
        // A picture that cannot be read is the authority's fault, not the caller's.
        guard error.code == .invalidArgument else { throw error }
        return none(.portraitMissing, source)
      }
    }
  }

  private func none(
    _ code: Vocabulary.ReasonCode, _ source: SourceProfile?
  ) -> FoundRecordPhoto {
    FoundRecordPhoto(obstacles: [DecisionReason(code).about("id_number")], source: source)
  }

  private static func reason(_ result: Vocabulary.ElementResult) -> Vocabulary.ReasonCode {
    switch result {
    case .mismatch, .mismatchNameNumber: .identityMismatch
    case .identityInvalid: .identityInvalid
    case .dailyLimit: .identityDailyLimit
    case .refusedByList: .identityRefusedByList
    default: .identityNoRecord
    }
  }
}
