// Where the fields of a machine-readable zone lie, and which check digit is formed over what.

/// The places of one form, all counted through the lines from the first character of the first.
struct MRZLayout: Sendable {
  typealias Span = Range<Int>

  let form: MachineReadableZone.Form
  let lineCount: Int
  let lineLength: Int
  let documentCode: Span
  let issuer: Span
  let name: Span
  /// The nine first characters of the number; its check digit stands behind them.
  let documentNumber: Span
  let nationality: Span
  let birthDate: Span
  let sex: Int
  let expiryDate: Span
  let optionalData: Span
  /// TD3's optional data has a check digit behind it.
  let hasOptionalCheck: Bool
  let optionalData2: Span?
  /// What the composite digit is formed over, in this order.
  let composite: [Span]
  let compositeDigit: Int

  static let filler = UInt8(ascii: "<")
  static let all = [td1, td2, td3]

  static let td1 = MRZLayout(
    form: .td1, lineCount: 3, lineLength: 30, documentCode: 0..<2, issuer: 2..<5, name: 60..<90,
    documentNumber: 5..<14, nationality: 45..<48, birthDate: 30..<36, sex: 37, expiryDate: 38..<44,
    optionalData: 15..<30, hasOptionalCheck: false, optionalData2: 48..<59,
    composite: [5..<30, 30..<37, 38..<45, 48..<59], compositeDigit: 59)

  static let td2 = MRZLayout(
    form: .td2, lineCount: 2, lineLength: 36, documentCode: 0..<2, issuer: 2..<5, name: 5..<36,
    documentNumber: 36..<45, nationality: 46..<49, birthDate: 49..<55, sex: 56, expiryDate: 57..<63,
    optionalData: 64..<71, hasOptionalCheck: false, optionalData2: nil,
    composite: [36..<46, 49..<56, 57..<71], compositeDigit: 71)

  static let td3 = MRZLayout(
    form: .td3, lineCount: 2, lineLength: 44, documentCode: 0..<2, issuer: 2..<5, name: 5..<44,
    documentNumber: 44..<53, nationality: 54..<57, birthDate: 57..<63, sex: 64, expiryDate: 65..<71,
    optionalData: 72..<86, hasOptionalCheck: true, optionalData2: nil,
    composite: [44..<54, 57..<64, 65..<87], compositeDigit: 87)

  /// 0–35; nil for what the zone does not hold.
  static func value(of byte: UInt8) -> Int? {
    if isDigit(byte) { return Int(byte - UInt8(ascii: "0")) }
    if isUpperLetter(byte) { return Int(byte - UInt8(ascii: "A")) + 10 }
    return byte == filler ? 0 : nil
  }

  /// Weights 7 3 1, modulo 10.
  static func residue(of bytes: some Sequence<UInt8>) -> Int {
    zip(bytes, 0...).reduce(0) { $0 + (value(of: $1.0) ?? 0) * weight(at: $1.1) } % 10
  }

  static func weight(at place: Int) -> Int { [7, 3, 1][place % 3] }

  /// Whether `digit` is the check digit of `field`.
  static func holds(_ digit: UInt8, over field: some Sequence<UInt8>) -> Bool {
    isDigit(digit) && Int(digit - UInt8(ascii: "0")) == residue(of: field)
  }

  /// The document's number, its check digit and what is left of the optional data. A card whose number is longer than
  /// nine has < in place of the check digit, the rest and the digit in the optional data, and < behind.
  func number(in zone: [UInt8]) -> (text: [UInt8], digit: UInt8, optionalData: [UInt8]) {
    let text = Array(zone[documentNumber])
    let digit = zone[documentNumber.upperBound]
    let optional = zone[optionalData]
    guard form != .td3, digit == Self.filler, optional.first != Self.filler else {
      return (text, digit, Array(optional))
    }
    let end = optional.firstIndex(of: Self.filler) ?? optional.endIndex
    let rest = optional[..<end]
    guard let last = rest.last else { return (text, digit, Array(optional)) }
    return (text + rest.dropLast(), last, Array(optional[end...].drop { $0 == Self.filler }))
  }

  /// The check digits that do not hold.
  func failedChecks(in zone: [UInt8]) -> [MachineReadableZone.Check] {
    let number = number(in: zone)
    var failed: [MachineReadableZone.Check] = []
    if !Self.holds(number.digit, over: number.text) { failed.append(.documentNumber) }
    if !Self.holds(zone[birthDate.upperBound], over: zone[birthDate]) { failed.append(.birthDate) }
    if !Self.holds(zone[expiryDate.upperBound], over: zone[expiryDate]) {
      failed.append(.expiryDate)
    }
    if hasOptionalCheck {
      let digit = zone[optionalData.upperBound]
      // An empty field may have < for its digit.
      let isEmpty = zone[optionalData].allSatisfy { $0 == Self.filler }
      if !(isEmpty && digit == Self.filler || Self.holds(digit, over: zone[optionalData])) {
        failed.append(.optionalData)
      }
    }
    if !Self.holds(zone[compositeDigit], over: composite.flatMap { zone[$0] }) {
      failed.append(.composite)
    }
    return failed
  }
}
