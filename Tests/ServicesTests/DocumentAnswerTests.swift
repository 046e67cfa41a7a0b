// What was read and what was measured, as callers are told.

import Decisions
import Documents
import Messages
import Testing
import Vision
import Vocabulary

@testable import Services

struct DocumentAnswerTests {
  static func reading(_ change: (inout ReadingOptions) -> Void = { _ in }) throws -> CheckedReading
  {
    var options = ReadingOptions()
    change(&options)
    return try CheckedReading(options, field: "options")
  }

  static func points(_ polygon: Polygon?) -> [[Float]] {
    (polygon?.points ?? []).map { [$0.x.rounded(), $0.y.rounded()] }
  }

  @Test("values, raw values, places in the picture and dates")
  func fields() throws {
    var fields = [
      Documents.DocumentField.name: Planted.reading(Planted.name),
      .idNumber: Planted.reading(Planted.number, confidence: 87.654),
      .birth: Planted.reading("1949-12-31", raw: "1949年12月31日"),
    ]
    fields[.name]?.incomplete = true
    fields[.name]?.reflective = true
    fields[.name]?.alternatives = ["金丝崔"]
    let card = IdCard(
      Planted.card(Planted.document(.residentIDFront, fields)), try Self.reading())
    #expect(card.kind == .residentIdFront)
    let name = try #require(card.name)
    #expect(name.value == Planted.name && name.incomplete && name.reflective)
    #expect(name.alternatives == ["金丝崔"])
    // Half the size, moved by (10, 20).
    #expect(Self.points(name.outline) == [[60, 45], [160, 45], [160, 65], [60, 65]])
    #expect(card.idNumber?.confidence == 87.65)
    #expect(card.birthDate?.rawValue_ == "1949年12月31日")
    #expect(card.birthDate?.date == CalendarDate(year: 1949, month: 12, day: 31))
    #expect(card.address == nil && card.sex == nil)
    let image = try #require(card.image)
    #expect(Self.points(image.outline) == [[10, 20], [510, 20], [510, 320], [10, 320]])
    #expect(Self.points(image.portraitOutline).first == [310, 70])
    #expect(image.outlineConfidence == 80)
    #expect(image.cardImage.isEmpty && image.portrait.isEmpty)
  }

  @Test("a repaired number is told as such, or as read when the caller wants no repair")
  func repair() throws {
    let raw = "110105194912310O2X"
    let document = Planted.document(
      .residentIDFront, [.idNumber: Planted.reading(Planted.number, raw: raw)],
      doubts: [FoundDoubt(.idNumberRepaired, .idNumber)])
    let repaired = IdCard(Planted.card(document), try Self.reading())
    #expect(repaired.idNumber?.value == Planted.number && repaired.idNumber?.rawValue_ == raw)
    #expect(repaired.idNumber?.repaired == true)
    #expect(repaired.image?.warnings.map(\.code) == [.idNumberRepaired])
    #expect(repaired.image?.warnings.first?.fields == ["id_number"])
    let plain = IdCard(Planted.card(document), try Self.reading { $0.repair = false })
    #expect(plain.idNumber?.value == raw && plain.idNumber?.repaired == false)
    #expect(plain.image?.warnings.map(\.code) == [.idNumberCheckFailed])
  }

  @Test("a value that lists settled is told as such, or as read when the caller wants no repair")
  func settled() throws {
    var name = Planted.reading(Planted.name, raw: "金丝崔", confidence: 70)
    name.settled = true
    let period = FoundDoubt(.validityRepaired, .validity)
    var validity = Planted.reading("2020.11.02-2040.11.02", raw: "2020.11.02-2040.11.0")
    validity.settled = true
    let document = Planted.document(
      .temporaryIDFront, [.name: name, .validity: validity], doubts: [period])
    let told = IdCard(Planted.card(document), try Self.reading())
    #expect(told.name?.value == Planted.name && told.name?.rawValue_ == "金丝崔")
    #expect(told.name?.settled == true && told.name?.repaired == false)
    #expect(told.validPeriod?.settled == true && told.validPeriod?.repaired == false)
    let plain = IdCard(Planted.card(document), try Self.reading { $0.repair = false })
    #expect(plain.name?.value == "金丝崔" && plain.name?.settled == false)
    #expect(plain.validPeriod?.value == "2020.11.02-2040.11.0")
    #expect(plain.image?.warnings.map(\.code).contains(.dateImpossible) == true)
  }

  @Test("warnings about the period are told apart: a missing, cut or uncertain one is decided on")
  func period() {
    let cut = Planted.document(
      .foreignerPermanentResidenceFront, doubts: [FoundDoubt(.fieldCut, .validity)])
    let warnings = Planted.card(cut).warnings(repair: true)
    #expect(warnings.map(\.code) == [.fieldCut])
    #expect(warnings.allSatisfy(SeenCard.isAboutPeriod))
    let address = Planted.document(.residentIDFront, doubts: [FoundDoubt(.fieldCut, .address)])
    #expect(!Planted.card(address).warnings(repair: true).contains(where: SeenCard.isAboutPeriod))
  }

  @Test("what is measured on the picture is warned of with score, threshold and place")
  func conditions() throws {
    let glare = CardCondition.Measurement(
      value: 0.9, place: ImageBox(x: 610, y: 110, width: 100, height: 100))
    let card = Planted.card(
      Planted.document(.residentIDFront),
      condition: [.glare: glare, .blur: .init(value: 0.01), .editing: .init(value: 0.95)])
    let image = DocumentWriter(card, try Self.reading()).image
    #expect(Set(image.warnings.map(\.code)) == [.reflection, .editingTraces])
    let reflection = try #require(image.warnings.first { $0.code == .reflection })
    #expect(reflection.score == 90 && reflection.threshold == 50 && !reflection.advisory)
    #expect(reflection.reflectionPlaces == [.portrait])
    #expect(Self.points(reflection.polygon).first == [315, 75])
    #expect(image.warnings.first { $0.code == .editingTraces }?.advisory == true)
    let only = try Self.reading { $0.warnings = [.reflection, .copy] }
    #expect(DocumentWriter(card, only).image.warnings.map(\.code) == [.reflection])
  }

  @Test("quality and border scores have 50 where the warning begins")
  func scores() {
    #expect(SeenCard.graded(0, limit: 0.2) == 0)
    #expect(SeenCard.graded(0.1, limit: 0.2) == 25)
    #expect(SeenCard.graded(0.2, limit: 0.2) == 50)
    #expect(SeenCard.graded(1, limit: 0.2) == 100)
    #expect(SeenCard.graded(1, limit: 1) == 50)
    for bad in [Double.nan, -0.1, 1.1, .infinity] {
      #expect(SeenCard.graded(bad, limit: 0.2) == 100)
    }
    let plain = Planted.card(Planted.document(.residentIDFront))
    #expect(plain.quality == 100 && plain.borderScore == 0)
  }

  @Test("dates that are not to be checked are not warned of, everything else is")
  func dates() throws {
    let document = Planted.document(
      .residentIDBack, [.authority: Planted.reading("某市公安局", confidence: 20)],
      doubts: [FoundDoubt(.expired, .validTo), FoundDoubt(.fieldMissing, .validity)])
    let all = DocumentWriter(Planted.card(document), try Self.reading()).image.warnings
    #expect(all.map(\.code) == [.expired, .fieldMissing, .fieldUncertain])
    #expect(all.map(\.fields) == [["valid_until"], ["valid_period"], ["authority"]])
    let without = try Self.reading { $0.checkDates = false }
    let told = DocumentWriter(Planted.card(document), without).image.warnings
    #expect(told.map(\.code) == [.fieldMissing, .fieldUncertain])
  }

  @Test("temporary cards are named")
  func temporary() throws {
    let card = Planted.card(Planted.document(.temporaryIDFront))
    #expect(DocumentWriter(card, try Self.reading()).image.warnings.map(\.code) == [.temporary])
  }

  @Test("crops are given when they are asked for, and only then")
  func crops() throws {
    let images = CardImages(card: Bytes([1]), portrait: Bytes([2]))
    let card = Planted.card(Planted.document(.residentIDFront), images: images)
    #expect(DocumentWriter(card, try Self.reading()).image.cardImage.isEmpty)
    let wanted = try Self.reading {
      $0.wantCardImage = true
      $0.wantPortrait = true
    }
    let image = DocumentWriter(card, wanted).image
    #expect(image.cardImage == Bytes([1]) && image.portrait == Bytes([2]))
  }

  @Test("a bank card's expiry and issuer")
  func bankCard() throws {
    let document = Planted.document(
      .bankCard,
      [
        .cardNumber: Planted.reading("6222020000000000000"),
        .cardExpiry: Planted.reading("07/2030"), .cardIssuer: Planted.reading("某银行"),
        .cardType: Planted.reading("SEMI_CREDIT"), .cardNetwork: Planted.reading("UNIONPAY"),
      ])
    let card = BankCard(Planted.card(document), try Self.reading())
    #expect(card.number?.value == "6222020000000000000")
    #expect(card.expiry?.date == CalendarDate(year: 2030, month: 7))
    #expect(
      card.issuer == BankCardIssuer(name: "某银行", cardType: .semiCredit, network: "UNIONPAY"))
  }

  @Test("a passport's fields each go where they belong")
  func passport() throws {
    let values: [Documents.DocumentField: String] = [
      .documentType: "P", .issuingState: "UTO", .documentNumber: "L898902C3", .name: "样张",
      .latinName: "ERIKSSON, ANNA MARIA", .familyName: "ERIKSSON", .givenNames: "ANNA MARIA",
      .sex: "女", .nationality: "UTO", .birth: "1974-08-12", .birthPlace: "ZENITH",
      .issueDate: "2007-04-16", .issuePlace: "NADIR", .validTo: "2012-04-15",
      .authority: "PASSPORT OFFICE", .mrzLine1: "P<UTO", .mrzLine2: "L898902C3",
    ]
    let page = Passport(
      Planted.card(Planted.document(.passport, values.mapValues { Planted.reading($0) })),
      try Self.reading())
    let told = [
      page.documentType, page.issuingState, page.number, page.name, page.latinName,
      page.familyName, page.givenNames, page.sex, page.nationality, page.birthDate,
      page.birthPlace, page.issueDate, page.issuePlace, page.validUntil, page.authority,
    ].map { $0?.value }
    #expect(
      told == [
        "P", "UTO", "L898902C3", "样张", "ERIKSSON, ANNA MARIA", "ERIKSSON", "ANNA MARIA", "女", "UTO",
        "1974-08-12", "ZENITH", "2007-04-16", "NADIR", "2012-04-15", "PASSPORT OFFICE",
      ])
    #expect(page.birthDate?.date == CalendarDate(year: 1974, month: 8, day: 12))
    #expect(page.validUntil?.date == CalendarDate(year: 2012, month: 4, day: 15))
    #expect(page.machineReadableZone?.lines.map(\.value) == ["P<UTO", "L898902C3"])
    #expect(page.image != nil)
  }

  @Test("a permit's fields each go where they belong, either side")
  func permit() throws {
    let values: [Documents.DocumentField: String] = [
      .documentType: "往来港澳通行证", .name: "样张", .latinName: "YANG, ZHANG",
      .documentNumber: "C12345678", .sex: "女", .birth: "1990-01-31", .nationality: "CHN",
      .authority: "公安部出入境管理局",
      .issuePlace: "广东", .issueCount: "02", .validity: "2024.03.05-2034.03.05",
      .validFrom: "2024-03-05", .validTo: "2034-03-05", .idNumber: "11010519491231002X",
      .mrzLine1: "CSC123456788<3403059<9001310<2",
    ]
    let fields = values.mapValues { Planted.reading($0) }
    let front = Permit(
      Planted.card(Planted.document(.mainlandTravelPermitFront, fields)), try Self.reading())
    #expect(front.kind == .mainlandTravelPermitFront)
    let told = [
      front.documentType, front.name, front.latinName, front.number, front.sex, front.birthDate,
      front.nationality, front.authority, front.issuePlace, front.issueCount, front.validPeriod,
      front.validFrom, front.validUntil, front.idNumber,
    ].map { $0?.value }
    #expect(
      told == [
        "往来港澳通行证", "样张", "YANG, ZHANG", "C12345678", "女", "1990-01-31", "CHN", "公安部出入境管理局",
        "广东", "02", "2024.03.05-2034.03.05", "2024-03-05", "2034-03-05", "11010519491231002X",
      ])
    #expect(front.validUntil?.date == CalendarDate(year: 2034, month: 3, day: 5))
    #expect(front.machineReadableZone?.format == .exitEntryPermit)
    #expect(front.machineReadableZone?.checkDigitsValid == true)
    let failed = Planted.document(
      .mainlandTravelPermitFront, fields, doubts: [FoundDoubt(.mrzCheckFailed, .mrzLine1)])
    #expect(
      Permit(Planted.card(failed), try Self.reading()).machineReadableZone?.checkDigitsValid
        == false)
    let back = Permit(
      Planted.card(Planted.document(.mainlandTravelPermitBack, fields)), try Self.reading())
    #expect(back.kind == .mainlandTravelPermitBack)
    #expect(back.machineReadableZone?.format == .td1)
  }

  @Test("lines for machines: complete and checked, or not valid")
  func zone() throws {
    let lines: [Documents.DocumentField: FieldReading] = [
      .mrzLine1: Planted.reading("P<UTO"), .mrzLine2: Planted.reading("L898902C3"),
    ]
    let whole = Planted.card(Planted.document(.passport, lines))
    let zone = try #require(DocumentWriter(whole, try Self.reading()).machineReadableZone)
    #expect(zone.format == .td3 && zone.lines.count == 2 && zone.checkDigitsValid)
    let doubted = Planted.card(
      Planted.document(.passport, lines, doubts: [FoundDoubt(.mrzRepaired, .mrzLine2)]))
    #expect(
      DocumentWriter(doubted, try Self.reading()).machineReadableZone?.checkDigitsValid == true)
    let asRead = try Self.reading { $0.repair = false }
    #expect(DocumentWriter(doubted, asRead).machineReadableZone?.checkDigitsValid == false)
    var half = lines
    half[.mrzLine2] = nil
    #expect(
      DocumentWriter(Planted.card(Planted.document(.passport, half)), try Self.reading())
        .machineReadableZone?.checkDigitsValid == false)
  }

  @Test("an outline that encloses nothing gives fields without places, not wrong ones")
  func flat() throws {
    let card = Planted.card(Planted.document(.residentIDFront), scale: 0)
    let answer = IdCard(card, try Self.reading())
    #expect(answer.name?.value == Planted.name && answer.name?.outline == nil)
  }

  @Test("options are checked")
  func options() {
    #expect(throws: ServiceError.self) {
      try Self.reading { $0.warnings = [.unrecognized(77)] }
    }
    #expect(throws: ServiceError.self) { try Self.reading { $0.warnings = [.unspecified] } }
    #expect(throws: ServiceError.self) {
      try Self.reading { $0.warnings = [Messages.CardWarningCode](repeating: .copy, count: 1000) }
    }
  }

  @Test("closed sets here and on the wire are the same")
  func closedSets() {
    let warnings = Set(Messages.CardWarningCode.descriptor.values.map(\.number)).subtracting([0])
    #expect(warnings == Set(Vocabulary.CardWarningCode.allCases.map(\.rawValue)))
    for code in Vocabulary.CardWarningCode.allCases {
      #expect(
        Messages.CardWarningCode.descriptor.name(of: code.rawValue)
          == "CARD_WARNING_CODE_" + code.name)
    }
    let reasons = Set(Messages.ReasonCode.descriptor.values.map(\.number)).subtracting([0])
    #expect(reasons == Set(Vocabulary.ReasonCode.allCases.map(\.rawValue)))
    let doubts = Set(DocumentDoubt.allCases.map { Vocabulary.CardWarningCode($0) })
    #expect(doubts.count == DocumentDoubt.allCases.count)
    for kind in CardCondition.Kind.allCases {
      let symbol = DocumentWarningSymbol(rawValue: kind.rawValue)
      #expect(symbol.flatMap { Vocabulary.CardWarningCode($0) } != nil, "\(kind)")
    }
    let kinds = Documents.DocumentKind.allCases.map { Messages.DocumentKind($0) }
    #expect(Set(kinds.map(\.rawValue)).count == kinds.count && !kinds.contains(.unknown))
  }

  @Test("what was read shows in no description, mirror or dump")
  func redaction() {
    let card = Planted.card(
      Planted.document(.residentIDFront), images: CardImages(card: Bytes(Array("金丝雀".utf8))))
    var dumped = ""
    dump(card, to: &dumped)
    for text in ["\(card)", String(reflecting: card), dumped, "\(card.document)"] {
      #expect(!text.contains(Planted.name) && !text.contains(Planted.number))
    }
  }
}
