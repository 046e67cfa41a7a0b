// Names in Python, by the rules of protoc's own Python generator.

enum PythonNames {
  /// `idv/v1/basic.proto` → `idv/v1/basic_pb2`, for the suffix `_pb2`.
  static func modulePath(_ file: String, suffix: String) -> String {
    let stem = file.hasSuffix(".proto") ? String(file.dropLast(".proto".count)) : file
    return stem.replacing("-", with: "_") + suffix
  }

  /// The statement that imports the messages of `file`, under `alias(file)`.
  static func importStatement(_ file: String) -> String {
    let parts = modulePath(file, suffix: "_pb2").split(separator: "/").map(String.init)
    let package = parts.dropLast().joined(separator: ".")
    let start = package.isEmpty ? "" : "from \(package) "
    return "\(start)import \(parts.last!) as \(alias(file))"
  }

  /// `idv/v1/basic.proto` → `idv_v1_basic_pb2`: one name for each file, whatever its folder.
  static func alias(_ file: String) -> String {
    modulePath(file, suffix: "_pb2").replacing("/", with: "_")
  }

  /// An expression for a message type.
  static func type(_ reference: TypeReference) -> String {
    reference.path.reduce(alias(reference.file)) { whole, name in
      keywords.contains(name) ? "getattr(\(whole), \(literal(name)))" : "\(whole).\(name)"
    }
  }

  /// A name for an attribute: words of the language get an underscore.
  static func attribute(_ name: String) -> String {
    keywords.contains(name) ? name + "_" : name
  }

  static func literal(_ text: String) -> String { "\"\(escaped(text))\"" }

  /// For use between quotes.
  static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  }

  static let keywords: Set<String> = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
  ]
}
