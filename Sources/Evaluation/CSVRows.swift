// Reads the CSV lists of labelled pictures.

internal import FoundationEssentials

/// A list that cannot be used; the description names the file, the line and what is wrong.
package struct ListError: Error, CustomStringConvertible {
  package let description: String

  package init(description: String) { self.description = description }
}

/// Reads rows of CSV files. Columns are found by name; others are ignored. Fields may be quoted.
enum CSVRows {
  /// The folder of `path` with its slash, empty for the current one.
  static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// The rows of the file at `path`, in order. `make` gets the fields of `columns` and answers nil if they are not
  /// `what`.
  static func read<Row>(
    _ path: String, _ what: String, columns: [String], _ make: ([String]) -> Row?
  ) throws(ListError) -> [Row] {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else {
      throw ListError(description: "cannot read \(path)")
    }
    let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
    guard let header = lines.first.map(fields) else {
      throw ListError(description: "\(path) is empty")
    }
    var places: [Int] = []
    for column in columns {
      guard let place = header.firstIndex(of: column) else {
        throw ListError(description: "\(path) has no column \(column)")
      }
      places.append(place)
    }
    var rows: [Row] = []
    for (number, line) in lines.dropFirst().enumerated() {
      let all = fields(line)
      guard all.count == header.count, let row = make(places.map { all[$0] }) else {
        throw ListError(description: "\(path), line \(number + 2): not \(what)")
      }
      rows.append(row)
    }
    return rows
  }

  /// The fields of one CSV line (RFC 4180 without line breaks inside quotes).
  static func fields(_ line: some StringProtocol) -> [String] {
    var fields: [String] = []
    var field = ""
    var quoted = false
    var characters = Array(line)[...]
    while let character = characters.popFirst() {
      switch character {
      case "\"" where quoted && characters.first == "\"":
        field.append("\"")
        characters.removeFirst()
      case "\"": quoted.toggle()
      case "," where !quoted:
        fields.append(field)
        field = ""
      default: field.append(character)
      }
    }
    return fields + [field]
  }
}
