// How names of .proto files are written in Swift.

enum SwiftNames {
  /// `quality_control` → `qualityControl`; upper case that is there is kept.
  static func property(_ name: String) -> String { safe(lowerCamel(name)) }

  /// `payload_kind` → `PayloadKind`.
  static func type(_ name: String) -> String {
    let camel = CNames.camel(name)
    return reservedTypes.contains(camel) ? camel + "_" : camel
  }

  /// `CompareFaces` → `compareFaces`, `OCRCard` → `ocrCard`.
  static func method(_ name: String) -> String { safe(lowerFirstWord(name)) }

  /// Names of an enumeration's cases: without the type's name in front where all of them allow it.
  static func cases(_ names: [String], of type: String) -> [String] {
    let prefix = CNames.lower(type).uppercased() + "_"
    let stripped = names.map { name in
      name.uppercased().hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
    }
    let usable = stripped.allSatisfy { $0.first.map { $0.isLetter } ?? false }
    return (usable ? stripped : names).map { name in
      let cased = lowerCamel(name.uppercased() == name ? name.lowercased() : name)
      return cased == "unrecognized" ? "unrecognized_" : safe(cased)
    }
  }

  /// Of a type within types: `Outer.Inner`.
  static func path(_ names: [String]) -> String { names.map(type).joined(separator: ".") }

  /// As an identifier: words of the language get backticks, or an underscore where those do not
  /// help.
  static func safe(_ name: String) -> String {
    if reservedMembers.contains(name) { return name + "_" }
    return keywords.contains(name) ? "`\(name)`" : name
  }

  /// Without backticks, for use behind a dot or as a label.
  static func bare(_ name: String) -> String { name.filter { $0 != "`" } }

  private static func lowerCamel(_ name: String) -> String {
    let parts = name.split(separator: "_")
    guard let first = parts.first else { return "_" + name }
    let rest = parts.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }
    let joined = ([lowerFirstWord(String(first))] + rest).joined()
    return joined.first!.isNumber ? "_" + joined : joined
  }

  private static func lowerFirstWord(_ name: String) -> String {
    let upper = name.prefix { $0.isUppercase || $0.isNumber }
    guard let first = upper.first, first.isUppercase else { return name }
    if upper.count == name.count { return name.lowercased() }
    // The last upper-case letter of a run begins the next word.
    let count = max(1, upper.count - 1)
    return name.prefix(count).lowercased() + name.dropFirst(count)
  }

  private static let reservedTypes: Set<String> = ["Type", "Protocol", "Self", "Any"]
  /// Members that every message or enumeration has, and words that backticks do not help.
  private static let reservedMembers: Set<String> = [
    "self", "Self", "Type", "Protocol", "init", "rawValue", "hashValue", "encoded",
  ]
  private static let keywords: Set<String> = [
    "Any", "as", "associatedtype", "async", "await", "break", "case", "catch", "class", "continue",
    "default", "defer", "deinit", "do", "else", "enum", "extension", "fallthrough", "false",
    "fileprivate", "for", "func", "guard", "if", "import", "in", "inout", "internal", "is", "let",
    "nil", "open", "operator", "package", "precedencegroup", "private", "protocol", "public",
    "repeat", "rethrows", "return", "static", "struct", "subscript", "super", "switch", "throw",
    "throws", "true", "try", "typealias", "var", "where", "while",
  ]
}
