// Lines with indentation.

/// Collects the lines of a Swift file.
struct SourceText {
  private(set) var text = ""
  private var depth = 0

  /// One line, indented; empty lines stay empty.
  mutating func line(_ line: String = "") {
    if !line.isEmpty { text += String(repeating: "  ", count: depth) + line }
    text += "\n"
  }

  /// `opening`, the lines of `body` one step deeper, `closing`.
  mutating func block(
    _ opening: String, _ closing: String = "}", _ body: (inout SourceText) -> Void
  ) {
    line(opening)
    depth += 1
    body(&self)
    depth -= 1
    line(closing)
  }

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

  /// The words of `lines` in lines of at most `room` characters.
  private static func filled(_ lines: some Collection<String>, _ room: Int) -> [String] {
    var result: [String] = []
    for word in lines.joined(separator: " ").split(separator: " ") {
      if let last = result.last, last.count + 1 + word.count <= room {
        result[result.count - 1] = last + " " + word
      } else {
        result.append(String(word))
      }
    }
    return result
  }
}

extension String {
  /// As a Swift string literal.
  var literal: String {
    "\"" + replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
