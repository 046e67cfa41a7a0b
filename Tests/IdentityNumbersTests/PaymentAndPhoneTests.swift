// Card numbers with their schemes and issuers, and mobile numbers with their ranges.

import IdentityNumbers
import Testing

@Suite struct PaymentAndPhoneTests {
  @Test(
    "cards that hold their check digit",
    arguments: [
      ("6222020000000000000", CardScheme.unionPay), ("6217000000000000004", .unionPay),
      ("6259650000000007", .unionPay), ("4111 1111 1111 1111", .visa),
      ("5555-5555-5555-4444", .mastercard), ("2223003122003222", .mastercard),
      ("378282246310005", .americanExpress), ("3530111333300000", .jcb),
      ("30569309025904", .dinersClub), ("6011111111111117", .discover), ("2200000000000004", .mir),
      ("6759649826438453", .maestro),
    ])
  func cards(_ text: String, _ scheme: CardScheme) throws {
    let card = try BankCardNumber(text)
    #expect(card.luhnHolds)
    #expect(card.scheme == scheme)
    #expect(card.digits == text.filter { $0.isNumber })
  }

  @Test("cards: length, character and check digit fail apart, the last by policy")
  func cardFailures() throws {
    typealias Failure = BankCardNumber.Failure
    for text in ["", "622202000000", "62220200000000000000", String(repeating: " ", count: 60)] {
      #expect(throws: Failure.length, "\(text)") { try BankCardNumber(text) }
    }
    #expect(throws: Failure.character(position: 4)) { try BankCardNumber("6222O20000000000000") }
    #expect(throws: Failure.character(position: 0)) { try BankCardNumber("６222020000000000000") }
    #expect(throws: Failure.checkDigit) { try BankCardNumber("6222020000000000001") }
    #expect(try !BankCardNumber("6222020000000000001", checkDigit: .noted).luhnHolds)
  }

  @Test("issuers by the longest beginning")
  func issuers() {
    #expect(CardIssuer.tableSize == 1382)
    #expect(CardIssuer(digits: "6222020000000000000")?.name == "工商银行")
    #expect(CardIssuer(digits: "6217000000000000004")?.name == "建设银行")
    #expect(CardIssuer(digits: "6225880000000000")?.name == "招商银行")
    #expect(CardIssuer(digits: "4111111111111111") == nil)
    #expect(CardIssuer(digits: "") == nil)
  }

  @Test("mobile numbers say to whom their range was given")
  func mobile() throws {
    typealias Number = MobileNumber
    let cases: [(String, Number.Carrier, Number.Use)] = [
      ("13400000000", .mobile, .ordinary), ("13490000000", .telecom, .ordinary),
      ("19800000000", .mobile, .ordinary), ("13000000000", .unicom, .ordinary),
      ("19600000000", .unicom, .ordinary), ("19900000000", .telecom, .ordinary),
      ("17400000000", .telecom, .ordinary), ("17405000000", .telecom, .ordinary),
      ("17406000000", .other, .emergency), ("17412000000", .other, .emergency),
      ("17490000000", .other, .satellite), ("19200000000", .broadnet, .ordinary),
      ("16500000000", .mobile, .virtual), ("17030000000", .mobile, .virtual),
      ("17040000000", .unicom, .virtual), ("17100000000", .unicom, .virtual),
      ("17000000000", .telecom, .virtual), ("16200000000", .telecom, .virtual),
    ]
    for (text, carrier, use) in cases {
      let range = try Number(text).range
      #expect(range?.carrier == carrier, "\(text)")
      #expect(range?.use == use, "\(text)")
    }
    #expect(Number.tableSize == 77)
    for unknown in ["15400000000", "17413000000", "16000000000"] {
      #expect(try Number(unknown).range == nil)
    }
  }

  @Test("mobile numbers: what fails is named, machines are refused")
  func mobileFailures() {
    typealias Failure = MobileNumber.Failure
    let cases: [(String, Failure)] = [
      ("", .length), ("1380000000", .length), ("138000000000", .length),
      ("1380000000a", .character(position: 10)), ("+8613800000000", .character(position: 0)),
      ("12800000000", .prefix), ("23800000000", .prefix), ("1440123456789", .machine),
      ("1410123456789", .machine), ("1441123456789", .machine), ("1460123456789", .machine),
      ("1480123456789", .machine), ("14800000000", .machine), ("14600000000", .machine),
      ("1380123456789", .length),
    ]
    for (text, failure) in cases {
      #expect(throws: failure, "\(text)") { try MobileNumber(text) }
    }
  }
}
