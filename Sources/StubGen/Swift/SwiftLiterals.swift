// Comments and literals of Swift.

extension SourceText {
  /// A documentation comment; lines that are too long here are broken between words.
  mutating func comment(_ lines: [String]) {
    let room = 100 - 2 * depth - "/// ".count
    for paragraph in lines.split(separator: "", omittingEmptySubsequences: false).enumerated() {
      if paragraph.offset > 0 { line("///") }
      let fits = paragraph.element.allSatisfy { $0.count <= room }
      let broken = fits ? Array(paragraph.element) : Self.filled(paragraph.element, room)
      for comment in broken { line("/// " + comment) }
    }
  }
}

extension String {
  /// As a Swift string literal.
  var literal: String {
    "\"" + replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
