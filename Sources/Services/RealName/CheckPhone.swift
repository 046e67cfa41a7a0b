// RealName.CheckPhoneName, CheckPhone, GetPhoneTime, GetPhoneStatus and CheckPhoneRecycled: request → elements → source →
// response.

internal import Decisions
package import Messages
package import RPC
internal import RealName
package import Vocabulary

extension RealNameHandlers {
  /// Says whether a phone number belongs to a name.
  package func checkPhoneName(
    _ request: CheckPhoneNameRequest, in call: CallContext
  ) async throws(ServiceError) -> CheckPhoneNameResponse {
    let header = try CheckedHeader(request.header, scenes: scenes)
    var checked = elements()
    var question = ElementQuestion(.phoneName)
    question.phone = try checked.phone(request.phone)
    question.name = try checked.name(request.name)
    let answer = try await desk.ask(question, checked, .phone2, .phoneName, call)
    return CheckPhoneNameResponse(
      header: self.header(call, header, answer), outcome: answer.outcome)
  }

  /// Says whether phone number, name and ID number belong together.
  package func checkPhone(
    _ request: CheckPhoneRequest, in call: CallContext
  ) async throws(ServiceError) -> CheckPhoneResponse {
    let header = try CheckedHeader(request.header, scenes: scenes)
    var checked = elements()
    var question = ElementQuestion(.phoneNameNumber)
    question.wantsDetail = request.detailed
    question.carrier = try request.carrier.known("carrier")
    question.hash = try request.hash.known("hash")
    if let hash = question.hash {
      guard question.carrier == nil else { throw .outOfRange("carrier", "empty with hash") }
      question.phone = try checked.digest(request.phone, .phone, hash)
      question.number = try checked.digest(request.idNumber, .number, hash)
      question.name = try checked.digest(request.name, .name, hash)
    } else {
      question.phone = try checked.phone(request.phone)
      question.number = try checked.number(request.idNumber)
      question.name = try checked.name(request.name)
    }
    let product: RealNameProduct = request.detailed ? .phone3Detail : .phone3Simple
    let answer = try await desk.ask(question, checked, product, .phoneNameNumber, call)
    var response = CheckPhoneResponse(
      header: self.header(call, header, answer), outcome: answer.outcome)
    response.carrier = Messages.Carrier(answer.finding.carrier)
    return response
  }

  /// Says how long a phone number has been on the net.
  package func getPhoneTime(
    _ request: GetPhoneTimeRequest, in call: CallContext
  ) async throws(ServiceError) -> GetPhoneTimeResponse {
    let header = try CheckedHeader(request.header, scenes: scenes)
    var checked = elements()
    var question = ElementQuestion(.phoneTime)
    question.phone = try checked.phone(request.phone)
    let answer = try await desk.ask(question, checked, .phoneTime, .phoneTime, call)
    var response = GetPhoneTimeResponse(
      header: self.header(call, header, answer), outcome: answer.outcome)
    if answer.finding.result == .found {
      response.time = Messages.PhoneTime(rawValue: answer.finding.phoneTime?.rawValue ?? 0)
    }
    response.carrier = Messages.Carrier(answer.finding.carrier)
    return response
  }

  /// Says whether a phone number is in use.
  package func getPhoneStatus(
    _ request: GetPhoneStatusRequest, in call: CallContext
  ) async throws(ServiceError) -> GetPhoneStatusResponse {
    let header = try CheckedHeader(request.header, scenes: scenes)
    var checked = elements()
    var question = ElementQuestion(.phoneStatus)
    question.phone = try checked.phone(request.phone)
    let answer = try await desk.ask(question, checked, .phoneStatus, .phoneStatus, call)
    var response = GetPhoneStatusResponse(
      header: self.header(call, header, answer), outcome: answer.outcome)
    if answer.finding.result == .found {
      response.status = Messages.PhoneStatus(rawValue: answer.finding.phoneStatus?.rawValue ?? 0)
    }
    response.carrier = Messages.Carrier(answer.finding.carrier)
    return response
  }

  /// Says whether a phone number has had the same owner since a day.
  package func checkPhoneRecycled(
    _ request: CheckPhoneRecycledRequest, in call: CallContext
  ) async throws(ServiceError) -> CheckPhoneRecycledResponse {
    let header = try CheckedHeader(request.header, scenes: scenes)
    var checked = elements()
    var question = ElementQuestion(.phoneRecycled)
    question.phone = try checked.phone(request.phone)
    question.since = try checked.day(request.since, "since")
    let answer = try await desk.ask(question, checked, .phoneRecycled, .phoneRecycled, call)
    var response = CheckPhoneRecycledResponse(
      header: self.header(call, header, answer), outcome: answer.outcome)
    response.carrier = Messages.Carrier(answer.finding.carrier)
    return response
  }
}
