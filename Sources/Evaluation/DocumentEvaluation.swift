// Reads labelled pictures of documents through the service's own routes, as a caller would.

internal import FoundationEssentials
internal import Messages
package import RPC
internal import Stubs
internal import Vocabulary

#if canImport(Glibc)
  internal import Glibc
#endif

/// What a run over labelled pictures gave.
package struct DocumentRun: Sendable {
  /// In the order of the list, but for `unread`.
  package let scored: [ScoredDocument]
  /// Paths of pictures whose files could not be read, in the order of the list.
  package let unread: [String]
  /// Processor time of the whole process while it ran, and time by the clock.
  package let cpuSeconds: Double
  package let wallSeconds: Double

  package init(
    scored: [ScoredDocument], unread: [String], cpuSeconds: Double, wallSeconds: Double
  ) {
    self.scored = scored
    self.unread = unread
    self.cpuSeconds = cpuSeconds
    self.wallSeconds = wallSeconds
  }
}

/// Asks `idv.v1.Documents` about pictures, a few at a time. A value; any thread.
package struct DocumentEvaluation: Sendable {
  /// Time that one picture may take; generous, because nobody waits.
  private static let pictureDeadline = Duration.seconds(120)

  private let client: DocumentsClient
  private let atOnce: Int

  /// - Parameters:
  ///   - caller: reaches the service; `InProcessTransport` for one in this process.
  ///   - atOnce: calls in progress at the same time.
  package init(caller: any UnaryCaller, atOnce: Int) {
    client = DocumentsClient(caller)
    self.atOnce = max(1, atOnce)
  }

  /// Asks about each of `pictures`, by the method that its kind needs; the side and the card type are for the
  /// server to find out.
  /// - Parameter progress: called with pictures done and in all.
  /// - Returns: what was answered, and which files could not be read. What the service refuses is an answer.
  package func run(
    _ pictures: [LabelledDocument], progress: @escaping @Sendable (Int, Int) -> Void
  ) async -> DocumentRun {
    let cpu = processSeconds()
    let start = ContinuousClock.now
    let answers = await answers(pictures, progress)
    let elapsed = start.duration(to: .now) / .seconds(1)
    let used = processSeconds() - cpu
    let pairs = zip(pictures, answers)
    return DocumentRun(
      scored: pairs.compactMap { picture, answer in answer.map { ScoredDocument(picture, $0) } },
      unread: pairs.compactMap { picture, answer in answer == nil ? picture.path : nil },
      cpuSeconds: used, wallSeconds: elapsed)
  }

  private func answers(
    _ pictures: [LabelledDocument], _ progress: @escaping @Sendable (Int, Int) -> Void
  ) async -> [DocumentAnswer?] {
    await withTaskGroup(of: (Int, DocumentAnswer?).self) { group in
      var answers = [DocumentAnswer?](repeating: nil, count: pictures.count)
      var next = 0
      var done = 0
      while next < min(atOnce, pictures.count) {
        group.addTask { [next] in (next, await answer(pictures[next])) }
        next += 1
      }
      for await (index, answer) in group {
        answers[index] = answer
        done += 1
        progress(done, pictures.count)
        guard next < pictures.count else { continue }
        group.addTask { [next] in (next, await self.answer(pictures[next])) }
        next += 1
      }
      return answers
    }
  }

  /// Nil if the file cannot be read.
  private func answer(_ picture: LabelledDocument) async -> DocumentAnswer? {
    guard let data = try? Data(contentsOf: URL(filePath: picture.path)) else { return nil }
    let image = Media(inline: Bytes(data))
    do throws(ServiceError) {
      return try await ask(picture.kind, image)
    } catch {
      return DocumentAnswer(kind: nil, refusal: error.detail.symbol.rawValue)
    }
  }

  private func ask(
    _ kind: String, _ image: Media
  ) async throws(ServiceError) -> DocumentAnswer {
    let options = CallOptions(deadline: .after(Self.pictureDeadline))
    switch kind {
    case "bankCard":
      let request = RecognizeBankCardRequest(image: image)
      let answer = try await client.recognizeBankCard(request, options: options)
      return DocumentAnswer("bankCard", answer.card?.image, answer.card?.scored ?? [:])
    case "passport":
      let request = RecognizePassportRequest(image: image)
      let answer = try await client.recognizePassport(request, options: options)
      return DocumentAnswer("passport", answer.passport?.image, answer.passport?.scored ?? [:])
    case _ where kind.hasPrefix("mainlandTravelPermit"):
      let request = RecognizePermitRequest(image: image)
      let answer = try await client.recognizePermit(request, options: options)
      let permit = answer.permit
      return DocumentAnswer(permit?.kind.truthName, permit?.image, permit?.scored ?? [:])
    default:
      let request = RecognizeIdCardRequest(image: image)
      let answer = try await client.recognizeIdCard(request, options: options)
      let card = answer.cards.first
      return DocumentAnswer(card?.kind.truthName, card?.image, card?.scored ?? [:])
    }
  }
}

extension DocumentAnswer {
  fileprivate init(_ kind: String?, _ image: DocumentImage?, _ fields: [String: DocumentField?]) {
    self.init(
      kind: kind,
      fields: fields.compactMapValues { field in
        field.map {
          Field(
            value: $0.value, confidence: $0.confidence, isMarked: $0.incomplete || $0.reflective,
            outline: DocumentOutline($0.outline))
        }
      },
      warnings: (image?.warnings ?? []).map { warning in
        Warning(
          code: Vocabulary.CardWarningCode(rawValue: warning.code.rawValue).map { "\($0)" } ?? "",
          isAdvisory: warning.advisory, fields: Set(warning.fields),
          outline: DocumentOutline(warning.polygon))
      })
  }
}

extension DocumentOutline {
  fileprivate init(_ polygon: Messages.Polygon?) {
    self.init((polygon?.points ?? []).map { Corner(x: Double($0.x), y: Double($0.y)) })
  }
}

extension IdCard {
  fileprivate var scored: [String: DocumentField?] {
    let fields = [
      "name": name, "latin_name": latinName, "sex": sex, "nation": nation,
      "nationality": nationality, "birth_date": birthDate, "address": address,
      "id_number": idNumber, "authority": authority, "valid_period": validPeriod,
      "valid_from": validFrom, "valid_until": validUntil, "pass_number": passNumber,
      "issue_count": issueCount,
    ]
    return fields.merging(machineReadableZone?.scored ?? [:]) { first, _ in first }
  }
}

extension BankCard {
  fileprivate var scored: [String: DocumentField?] { ["number": number, "expiry": expiry] }
}

extension Passport {
  fileprivate var scored: [String: DocumentField?] {
    let fields = [
      "issuing_state": issuingState, "number": number, "name": name, "latin_name": latinName,
      "sex": sex, "nationality": nationality, "birth_date": birthDate, "birth_place": birthPlace,
      "issue_date": issueDate, "issue_place": issuePlace, "valid_until": validUntil,
      "authority": authority,
    ]
    return fields.merging(machineReadableZone?.scored ?? [:]) { first, _ in first }
  }
}

extension Permit {
  fileprivate var scored: [String: DocumentField?] {
    let fields = [
      "name": name, "latin_name": latinName, "number": number, "sex": sex, "birth_date": birthDate,
      "nationality": nationality, "authority": authority, "issue_place": issuePlace,
      "issue_count": issueCount, "valid_period": validPeriod, "valid_from": validFrom,
      "valid_until": validUntil, "id_number": idNumber,
    ]
    return fields.merging(machineReadableZone?.scored ?? [:]) { first, _ in first }
  }
}

extension MachineReadableZone {
  fileprivate var scored: [String: DocumentField?] {
    var fields: [String: DocumentField?] = [:]
    for (index, line) in lines.enumerated() { fields["mrz\(index + 1)"] = line }
    return fields
  }
}

extension Messages.DocumentKind {
  /// As truth files name it.
  fileprivate var truthName: String { "\(self)".replacing("Id", with: "ID") }
}

/// User and system time of this process so far.
private func processSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
