// Writes an enumeration.

extension SourceText {
  mutating func enumeration(_ model: EnumModel) {
    let distinct = model.cases.filter { $0.aliasOf == nil }
    comment(model.comment)
    block("package enum \(model.swiftName): MessageEnum {") { text in
      for value in distinct {
        text.comment(value.comment)
        text.line("case \(value.swiftName)")
      }
      text.line("/// A number that this version does not know.")
      text.line("case unrecognized(Int32)")
      for value in model.cases {
        guard let original = value.aliasOf else { continue }
        text.line()
        text.comment(value.comment)
        text.line(
          "package static var \(value.swiftName): Self { .\(SwiftNames.bare(original)) }")
      }
      text.enumNumbers(distinct)
      text.line()
      text.block("package static let descriptor = EnumDescriptor(", ")") { text in
        text.line(model.fullName.literal + ",")
        text.block("[", "]") { text in
          for value in model.cases { text.line("(\(value.protoName.literal), \(value.number)),") }
        }
      }
    }
  }

  private mutating func enumNumbers(_ cases: [EnumCaseModel]) {
    line()
    block("package init(rawValue: Int32) {") { text in
      text.block("switch rawValue {") { text in
        for value in cases {
          text.line("case \(value.number): self = .\(SwiftNames.bare(value.swiftName))")
        }
        text.line("default: self = .unrecognized(rawValue)")
      }
    }
    line()
    block("package var rawValue: Int32 {") { text in
      text.block("switch self {") { text in
        for value in cases {
          text.line("case .\(SwiftNames.bare(value.swiftName)): \(value.number)")
        }
        text.line("case .unrecognized(let number): number")
      }
    }
  }
}
