// Lines with indentation.

/// Collects the lines of a file of source code.
struct SourceText {
  private(set) var text = ""
  /// How many blocks are open.
  private(set) var depth = 0
  /// Blanks for each of them.
  let step: Int

  init(step: Int = 2) { self.step = step }

  /// One line, indented; empty lines stay empty.
  mutating func line(_ line: String = "") {
    if !line.isEmpty { text += String(repeating: " ", count: step * depth) + line }
    text += "\n"
  }

  /// `opening`, the lines of `body` one step deeper, `closing` if the language has one.
  mutating func block(
    _ opening: String, _ closing: String? = "}", _ body: (inout SourceText) -> Void
  ) {
    line(opening)
    depth += 1
    body(&self)
    depth -= 1
    if let closing { line(closing) }
  }

  /// The words of `lines` in lines of at most `room` characters.
  static func filled(_ lines: some Collection<String>, _ room: Int) -> [String] {
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
