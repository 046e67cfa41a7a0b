// Which kind of document a card is, by the words and numbers on it.

internal import IdentityNumbers

/// What speaks for each kind.
struct KindEvidence {
  /// 0–1 for kinds with any sign.
  var scores: [DocumentKind: Double] { sums.mapValues { min(1, $0) } }
  /// Not bounded above: two kinds that both fit are told apart.
  private var sums: [DocumentKind: Double] = [:]
  private let text: CardText

  init(_ text: CardText) {
    self.text = text
    let signs = Set(Sign.allCases.filter { sign in sign.words.contains { has($0) } })
    let numbers = Numbers(text)
    for kind in DocumentKind.allCases {
      let score = Self.score(kind, signs, numbers)
      if score > 0 { sums[kind] = score }
    }
  }

  /// The kind that fits best; `expected` is accepted with less if nothing else fits.
  func best(expected: DocumentKind?) -> DocumentKind? {
    let order = DocumentKind.allCases
    let best = order.max { sums[$0, default: 0] < sums[$1, default: 0] }
    if let best, sums[best, default: 0] >= DocumentLimits.kindScoreMin { return best }
    if let expected, sums[expected, default: 0] >= DocumentLimits.expectedKindScoreMin {
      return expected
    }
    return nil
  }

  /// Words that tell kinds apart.
  enum Sign: CaseIterable {
    case name, sex, nation, birth, address, number
    case authority, period, republic, residentCard, temporaryCard
    case hmtPermit, passNumber, issueCount
    case foreigner, nationality
    case passport, passportNumber
    case travelPermit, documentNumber
    case bank, bankTerms, bankNetwork

    var words: [String] {
      switch self {
      case .name: ["姓名"]
      case .sex: ["性别"]
      case .nation: ["民族"]
      case .birth: ["出生"]
      case .address: ["住址"]
      case .number: ["公民身份号码"]
      case .authority: ["签发机关"]
      case .period: ["有效期限"]
      case .republic: ["中华人民共和国"]
      case .residentCard: ["居民身份证"]
      case .temporaryCard: ["临时居民身份证", "临时居民", "臨時居民"]
      case .hmtPermit: ["港澳居民居住证", "台湾居民居住证", "居民居住证"]
      case .passNumber: ["通行证号码"]
      case .issueCount: ["签发次数", "换证次数"]
      case .foreigner: ["外国人永久居留", "永久居留身份证", "PERMANENTRESIDENT"]
      case .nationality: ["国籍/Nationality", "Nationality", "国籍"]
      case .passport: ["PASSPORT", "护照"]
      case .passportNumber: ["护照号", "PassportNo"]
      case .travelPermit: ["居民来往内地通行证", "居民来往大陆通行证", "往来港澳通行证", "往来台湾通行证", "来往内地通行证", "来往大陆通行证"]
      case .documentNumber: ["证件号码"]
      case .bank: ["银行", "BANK"]
      case .bankTerms:
        [
          "VALIDTHRU", "GOODTHRU", "MONTH/YEAR", "月/年", "有效期至", "DEBIT", "CREDIT", "借记卡", "信用卡",
          "储蓄卡",
        ]
      case .bankNetwork: ["UnionPay", "银联", "VISA", "MasterCard", "JCB"]
      }
    }
  }

  private func has(_ word: String) -> Bool {
    let word = Array(word)
    // Of a short word every character must have been read.
    let scoreMin = word.count < 4 ? 0.9 : 0.74
    return !text.places(of: word, scoreMin: scoreMin, ignoringCase: true).isEmpty
  }

  /// Numbers of the forms that tell kinds apart.
  struct Numbers {
    var identity: ResidentIdentityNumber?
    /// Seventeen digits or more, although they do not check.
    var isIdentityLike = false
    /// The beginning of a number, with a region and a date that there are, stands in its place, and the same date is
    /// written elsewhere on the card.
    var isBegun = false
    /// The number that checks stands low on the card and reaches from its first third to its right end.
    var isInItsPlace = false
    var isCardNumber = false
    var mrzLineLengths: [Int] = []

    init(_ text: CardText) {
      for row in text.rows {
        if let length = MachineLines.length(of: row) {
          mrzLineLengths.append(length)
          continue
        }
        let run = IdentityNumberRow.checked(IdentityNumberRow.run(of: row))
        let digits = run.filter { Characters.isDigit($0.character) || "Xx".contains($0.character) }
        let string = digits.text
        if let first = run.first, let last = run.last {
          let beginsInPlace =
            (0.78...0.96).contains(first.y / text.height)
            && (0.27...0.42).contains(first.x / text.width)
          if let number = try? ResidentIdentityNumber(string) {
            identity = number
            isInItsPlace = beginsInPlace && (0.85...0.98).contains(last.x / text.width)
          } else if beginsInPlace, Self.isBeginning(string, on: text) {
            isBegun = true
          }
        }
        if (17...18).contains(run.count) { isIdentityLike = true }
        if identity == nil, IdentityNumberLimits.cardDigits.contains(string.count),
          Luhn.holds(string)
        {
          isCardNumber = true
        }
      }
    }

    /// Whether `digits` begin as a resident's number does, with the date that another row has in year, month and day.
    private static func isBeginning(_ digits: String, on text: CardText) -> Bool {
      let code = digits.prefix(6)
      guard let date = CalendarDate(digits: digits.dropFirst(6).prefix(8)),
        (1900...2100).contains(date.year), !Region.names(of: code, in: date.year).isEmpty,
        !["81", "82", "83"].contains(code.prefix(2))
      else { return false }
      return text.rows.contains { row in
        let words = row.text
        return words.contains { "年月日".contains($0) }
          && words.filter(\.isWholeNumber) == "\(date.year)\(date.month)\(date.day)"
      }
    }
  }

  private static func score(_ kind: DocumentKind, _ signs: Set<Sign>, _ numbers: Numbers) -> Double
  {
    func sum(_ weights: KeyValuePairs<Sign, Double>) -> Double {
      weights.reduce(0) { $0 + (signs.contains($1.key) ? $1.value : 0) }
    }
    let person =
      sum([.name: 0.15, .sex: 0.12, .birth: 0.15, .address: 0.2, .number: 0.35])
    let isHMT = numbers.identity.map { HolderForm.isHMT($0) } ?? false
    // A number that checks, where cards have it, is a sign of its own.
    let number =
      numbers.identity != nil
      ? numbers.isInItsPlace ? 0.5 : 0.35
      : numbers.isBegun ? 0.7 : numbers.isIdentityLike ? 0.25 : 0
    let foreign = sum([.foreigner: 0.6, .passport: 0.5, .travelPermit: 0.5, .nationality: 0.2])
    let isTemporary =
      signs.contains(.temporaryCard)
      || signs.contains(.address) && signs.contains(.authority) && signs.contains(.period)
    let back = sum([.authority: 0.3, .period: 0.25])
    let personal = sum([.address: 0.4, .nation: 0.3, .number: 0.4, .sex: 0.3])
    switch kind {
    case .residentIDFront:
      return person + sum([.nation: 0.18]) + number - foreign - (isHMT ? 0.6 : 0)
        - (isTemporary ? 0.3 : 0)
    case .temporaryIDFront:
      return isTemporary ? person + sum([.nation: 0.18]) + number + 0.05 - foreign : 0
    case .hmtResidencePermitFront:
      return isHMT ? person + number + 0.1 - foreign : 0
    case .residentIDBack:
      return back + sum([.residentCard: 0.5, .republic: 0.2]) - foreign - personal
        - sum([.temporaryCard: 0.5, .hmtPermit: 0.5, .passNumber: 0.3, .issueCount: 0.3])
    case .temporaryIDBack:
      return sum([.temporaryCard: 0.6, .republic: 0.2]) + back / 2 - personal
    case .hmtResidencePermitBack:
      return sum([.hmtPermit: 0.5, .passNumber: 0.35, .issueCount: 0.1, .republic: 0.1]) + back / 2
        - personal - foreign
    case .foreignerPermanentResidenceFront:
      return sum([.foreigner: 0.5, .nationality: 0.2, .name: 0.1, .birth: 0.1, .period: 0.1])
        - (numbers.mrzLineLengths.isEmpty ? 0 : 0.5)
    case .foreignerPermanentResidenceBack, .passport, .mainlandTravelPermitFront,
      .mainlandTravelPermitBack, .bankCard:
      return scoreByNumbers(kind, signs, numbers, sum)
    }
  }

  private static func scoreByNumbers(
    _ kind: DocumentKind, _ signs: Set<Sign>, _ numbers: Numbers,
    _ sum: (KeyValuePairs<Sign, Double>) -> Double
  ) -> Double {
    let short = numbers.mrzLineLengths.filter { $0 < 36 }.count
    let long = numbers.mrzLineLengths.count - short
    switch kind {
    case .foreignerPermanentResidenceBack:
      return short >= 2 ? 0.3 + sum([.authority: 0.3, .foreigner: 0.2, .documentNumber: -0.2]) : 0
    case .passport:
      return (long > 0 ? 0.6 : 0) + sum([.passport: 0.35, .passportNumber: 0.2, .nationality: 0.1])
    case .mainlandTravelPermitFront:
      return sum([
        .travelPermit: 0.6, .documentNumber: 0.1, .name: 0.1, .issueCount: 0.1, .period: 0.1,
      ])
        - (short >= 2 ? 0.5 : 0)
    case .mainlandTravelPermitBack:
      return short >= 2
        ? 0.4 + sum([.documentNumber: 0.3, .travelPermit: 0.3, .foreigner: -0.3, .authority: -0.2])
        : 0
    case .bankCard:
      let others = sum([.name: 0.3, .sex: 0.3, .address: 0.3, .authority: 0.3, .residentCard: 0.5])
      return (numbers.isCardNumber ? 0.5 : 0)
        + sum([.bank: 0.25, .bankTerms: 0.2, .bankNetwork: 0.2]) - others
        - (numbers.identity != nil ? 0.4 : 0)
    default: return 0
    }
  }
}

/// Whom a number belongs to.
enum HolderForm {
  static func isHMT(_ number: ResidentIdentityNumber) -> Bool {
    switch number.holder {
    case .hongKongResident, .macauResident, .taiwanResident: true
    default: false
    }
  }
}
