// Names of persons as documents carry them.

/// A name with one kind of separator and no blanks that mean nothing.
package struct PersonName: PersonalValue {
  /// The name as it is stored: U+00B7 is the only separator of a Chinese name.
  package let text: String
  package let script: Script
  /// Places of characters that older fonts and encodings lack: Han characters outside U+4E00–U+9FA5, which is what GBK
  /// had; GB 18030-2022 asks for them. Counted from 0, in `text`.
  package let rareCharacters: [Int]
  /// What was put right while reading it.
  package let notices: [Notice]

  /// What a name is written in.
  package enum Script: Sendable, Equatable {
    /// Han characters and U+00B7.
    case han
    /// A–Z, a–z and what joins them: blank, hyphen, apostrophe, comma, full stop, U+00B7.
    case latin
  }

  /// Put right while reading.
  package enum Notice: Sendable, Equatable {
    /// Another dot stood for U+00B7, or in a Latin name for a full stop.
    case separator
    /// Blanks were dropped.
    case blanks
    /// A code that GB 18030 had in a private area until Unicode gave the character a place: it stands there now.
    case formerPrivateUse
  }

  /// Why text is not a name. Positions count from 0 in the text as it was given, by Unicode scalars.
  package enum Failure: Error, Sendable, Equatable {
    case tooShort, tooLong
    case digit(position: Int)
    /// A character of a private area, as old systems have for rare ones: nobody else can read it.
    case privateUse(position: Int)
    /// Neither Han nor Latin nor what joins them, or both in one name.
    case character(position: Int)
    /// A separator at an end or two in a row.
    case separator
  }

  package init(_ source: some StringProtocol) throws(Failure) {
    let given = Array(source.unicodeScalars.prefix(IdentityNumberLimits.textCharactersMax + 1))
    guard given.count <= IdentityNumberLimits.textCharactersMax else { throw .tooLong }
    if Self.isPlain(given) {
      text = String(String.UnicodeScalarView(given))
      script = .han
      rareCharacters = given.indices.filter { Self.isRare(given[$0]) }
      self.notices = []
      return
    }
    var notices: [Notice] = []
    let scalars = Self.withoutFormerPrivateUse(given, &notices)
    try Self.refuseForeign(scalars)
    let isHan = scalars.contains(where: Self.isHan)
    script = isHan ? .han : .latin
    let kept = isHan ? Self.han(scalars, &notices) : Self.latin(scalars, &notices)
    if isHan, let wrong = scalars.firstIndex(where: { !Self.belongsToHan($0) }) {
      throw .character(position: wrong)
    }
    let bounds =
      isHan ? IdentityNumberLimits.nameCharacters : IdentityNumberLimits.latinNameCharacters
    guard kept.count >= bounds.lowerBound else { throw .tooShort }
    guard kept.count <= bounds.upperBound else { throw .tooLong }
    let words = kept.split(separator: Self.separator, omittingEmptySubsequences: false)
    guard words.allSatisfy({ !$0.isEmpty }) else { throw .separator }
    if !isHan && !kept.contains(where: Self.isLetter) { throw .tooShort }
    text = String(String.UnicodeScalarView(kept))
    rareCharacters = kept.indices.filter { Self.isHan(kept[$0]) && Self.isRare(kept[$0]) }
    self.notices = notices
  }

  /// Whether it is what most names are: usual ideographs alone, as many as a name has. Nothing is to be put right then.
  private static func isPlain(_ scalars: [Unicode.Scalar]) -> Bool {
    IdentityNumberLimits.nameCharacters.contains(scalars.count)
      && scalars.allSatisfy { (0x4E00...0x9FFF).contains($0.value) }
  }

  /// U+00B7.
  package static let separator: Unicode.Scalar = "\u{00B7}"

  /// Dots that keyboards, fonts and readers give in place of U+00B7.
  private static let dots: Set<Unicode.Scalar> = [
    "\u{2022}", "\u{2027}", "\u{30FB}", "\u{FF65}", "\u{FF0E}", "\u{2219}", "\u{22C5}",
    "\u{2024}", "\u{0387}", "\u{318D}", ".", "\u{25CF}", "\u{25E6}", "\u{16EB}",
  ]

  /// What two spellings of one name share: unified ideographs in place of compatibility ones, Latin letters in upper case,
  /// one kind of apostrophe. For comparing, not for showing. Variants that people tell apart (traditional and simplified,
  /// with and without the separator) stay different.
  package var comparisonForm: String {
    if text.unicodeScalars.allSatisfy({ (0x4E00...0x9FFF).contains($0.value) }) { return text }
    var form = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { form.append(Self.compared(scalar)) }
    return String(form)
  }

  /// A character of `comparisonForm`, by that of a name.
  package static func compared(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x61...0x7A: Unicode.Scalar(UInt8(scalar.value) - 32)
    case 0x2019: "'"
    // The table has none of the usual characters.
    case 0x4E00...0x9FFF: scalar
    default: unified[scalar] ?? scalar
    }
  }

  /// `Resources/unified-ideographs.txt`: a code, then what stands for it and for the codes that follow it.
  private static let unified: [Unicode.Scalar: Unicode.Scalar] = {
    var table: [Unicode.Scalar: Unicode.Scalar] = [:]
    for line in PackageResources.unified_ideographs_txt.split(separator: UInt8(ascii: "\n")) {
      let codes = line.split(separator: UInt8(ascii: " ")).compactMap {
        UInt32(String(decoding: $0, as: UTF8.self), radix: 16)
      }
      guard let first = codes.first else { continue }
      for (place, code) in codes.dropFirst().enumerated() {
        guard let from = Unicode.Scalar(first + UInt32(place)), let to = Unicode.Scalar(code) else {
          continue
        }
        table[from] = to
      }
    }
    return table
  }()

  /// How many codes the table of unified ideographs has, for tests and reports.
  package static var unifiedTableSize: Int { unified.count }

  /// U+E000–U+F8FF are private; the table knows fourteen of them.
  private static func withoutFormerPrivateUse(
    _ scalars: [Unicode.Scalar], _ notices: inout [Notice]
  ) -> [Unicode.Scalar] {
    let isFormer = { (scalar: Unicode.Scalar) in
      (0xE000...0xF8FF).contains(scalar.value) && unified[scalar] != nil
    }
    guard scalars.contains(where: isFormer) else { return scalars }
    notices.append(.formerPrivateUse)
    return scalars.map { isFormer($0) ? unified[$0] ?? $0 : $0 }
  }

  private static func refuseForeign(_ scalars: [Unicode.Scalar]) throws(Failure) {
    for (position, scalar) in scalars.enumerated() where !isHan(scalar) {
      if scalar.properties.numericType == .decimal { throw .digit(position: position) }
      if scalar.properties.generalCategory == .privateUse { throw .privateUse(position: position) }
      let isKnown =
        isLetter(scalar) || isBlank(scalar) || dots.contains(scalar)
        || scalar == separator || joiners.contains(scalar)
      guard isKnown else { throw .character(position: position) }
    }
  }

  private static let joiners: Set<Unicode.Scalar> = ["-", "'", "\u{2019}", ","]

  private static func belongsToHan(_ scalar: Unicode.Scalar) -> Bool {
    isHan(scalar) || isBlank(scalar) || dots.contains(scalar) || scalar == separator
  }

  private static func han(
    _ scalars: [Unicode.Scalar], _ notices: inout [Notice]
  ) -> [Unicode.Scalar] {
    if scalars.contains(where: dots.contains) { notices.append(.separator) }
    if scalars.contains(where: isBlank) { notices.append(.blanks) }
    return scalars.filter { !isBlank($0) }.map { dots.contains($0) ? separator : $0 }
  }

  /// One blank between words, and one kind of dot: two spellings of a name must not be two names.
  private static func latin(
    _ scalars: [Unicode.Scalar], _ notices: inout [Notice]
  ) -> [Unicode.Scalar] {
    let dotted = scalars.map(latinDot)
    if dotted != scalars { notices.append(.separator) }
    let kept = Array(dotted.split(whereSeparator: isBlank).joined(separator: [" "]))
    if kept.count != scalars.count { notices.append(.blanks) }
    return kept
  }

  /// In a Latin name a full stop is one ("J. R. SMITH"), of whatever width; every other dot is U+00B7.
  private static func latinDot(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar {
    case ".", "\u{FF0E}", "\u{2024}": "."
    default: dots.contains(scalar) ? separator : scalar
    }
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("A"..."Z").contains(scalar) || ("a"..."z").contains(scalar)
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || scalar == "\u{200B}" || scalar == "\u{FEFF}"
  }

  /// CJK unified ideographs with Extensions A to J (GB 18030-2022 asks for A to H), compatibility ideographs, and 〇.
  static func isHan(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3007, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2A6DF,
      0x2A700...0x2EBE0, 0x2EBF0...0x2EE5D, 0x2F800...0x2FA1F, 0x30000...0x33479:
      true
    default: false
    }
  }

  private static func isRare(_ scalar: Unicode.Scalar) -> Bool {
    !(0x4E00...0x9FA5).contains(scalar.value) && scalar.value != 0x3007
  }
}
