// RealName.CheckBankCard and GetBankCardInfo: request → elements → source → response.

internal import Decisions
package import Messages
package import RPC
internal import RealName
package import Vocabulary

extension RealNameHandlers {
  /// Says whether a bank card belongs to a name and, where they are given, to an ID number and a phone number.
  package func checkBankCard(
    _ request: CheckBankCardRequest, in call: CallContext
  ) async throws(ServiceError) -> CheckBankCardResponse {
    let header = try CheckedHeader(request.header, scenes: scenes)
    guard request.phone.isEmpty || !request.idNumber.isEmpty else {
      throw .missing("id_number")
    }
    var checked = elements()
    let terms: (operation: ElementOperation, product: RealNameProduct, group: LimitGroup)
    switch (request.idNumber.isEmpty, request.phone.isEmpty) {
    case (true, _): terms = (.cardName, .bank2, .cardName)
    case (false, true): terms = (.cardNameNumber, .bank3, .cardNameNumber)
    case (false, false): terms = (.cardNameNumberPhone, .bank4, .cardNameNumberPhone)
    }
    var question = ElementQuestion(terms.operation)
    question.name = try checked.name(request.name)
    if !request.idNumber.isEmpty { question.number = try checked.number(request.idNumber) }
    question.card = try checked.card(request.bankCard, desk.cardCheckDigit)
    if !request.phone.isEmpty { question.phone = try checked.phone(request.phone) }
    let answer = try await desk.ask(question, checked, terms.product, terms.group, call)
    return CheckBankCardResponse(
      header: self.header(call, header, answer), outcome: answer.outcome)
  }

  /// Says whose card a number is, and of which kind.
  package func getBankCardInfo(
    _ request: GetBankCardInfoRequest, in call: CallContext
  ) async throws(ServiceError) -> GetBankCardInfoResponse {
    let header = try CheckedHeader(request.header, scenes: scenes)
    var checked = elements()
    var question = ElementQuestion(.cardInfo)
    question.card = try checked.card(request.bankCard, desk.cardCheckDigit)
    let answer = try await desk.ask(question, checked, .bankInfo, .cardInfo, call)
    var response = GetBankCardInfoResponse(
      header: self.header(call, header, answer), outcome: answer.outcome)
    if answer.finding.result == .found {
      response.bank = answer.finding.issuer ?? ""
      response.kind = BankAccountKind(rawValue: answer.finding.cardKind?.rawValue ?? 0)
    }
    return response
  }
}
