// RealName.CheckNameId, CheckNameIdDates and CheckMinor: request → elements → source → response.

internal import Decisions
package import Messages
package import RPC
internal import RealName
internal import Stubs
package import Vocabulary

extension RealNameHandlers: RealNameService {
  /// Says whether a name belongs to an ID number.
  package func checkNameId(
    _ request: CheckNameIdRequest, in call: CallContext
  ) async throws(ServiceError) -> CheckNameIdResponse {
    let header = try CheckedHeader(request.header, scenes: scenes)
    var checked = elements()
    var question = ElementQuestion(.nameNumber)
    question.number = try checked.number(request.idNumber)
    question.name = try checked.name(request.name)
    let answer = try await desk.ask(question, checked, .id2, .nameNumber, call)
    return CheckNameIdResponse(header: self.header(call, header, answer), outcome: answer.outcome)
  }

  /// The same with the first and the last day of the card's validity.
  package func checkNameIdDates(
    _ request: CheckNameIdDatesRequest, in call: CallContext
  ) async throws(ServiceError) -> CheckNameIdDatesResponse {
    let header = try CheckedHeader(request.header, scenes: scenes)
    var checked = elements()
    var question = ElementQuestion(.nameNumberDates)
    question.number = try checked.number(request.idNumber)
    question.name = try checked.name(request.name)
    (question.validFrom, question.validUntil) = try checked.period(
      from: request.validFrom, until: request.validUntil)
    let answer = try await desk.ask(question, checked, .id2Date, .nameNumberDates, call)
    return CheckNameIdDatesResponse(
      header: self.header(call, header, answer), outcome: answer.outcome)
  }

  /// Says whether the owner of a phone number, or the person of name and ID number, is of age.
  package func checkMinor(
    _ request: CheckMinorRequest, in call: CallContext
  ) async throws(ServiceError) -> CheckMinorResponse {
    let header = try CheckedHeader(request.header, scenes: scenes)
    var checked = elements()
    var question: ElementQuestion
    if request.phone.isEmpty {
      question = ElementQuestion(.ageNumber)
      question.number = try checked.number(request.idNumber)
      question.name = try checked.name(request.name)
    } else {
      guard request.name.isEmpty, request.idNumber.isEmpty else {
        throw .outOfRange("phone", "empty where name and id_number are given")
      }
      question = ElementQuestion(.agePhone)
      question.phone = try checked.phone(request.phone)
    }
    let answer = try await desk.ask(question, checked, .minor, .minor, call)
    var response = CheckMinorResponse(
      header: self.header(call, header, answer), outcome: answer.outcome)
    if [.adult, .minor].contains(answer.finding.result) {
      response.age = Messages.AgeRange(rawValue: answer.finding.ageRange?.rawValue ?? 0)
    }
    return response
  }
}
