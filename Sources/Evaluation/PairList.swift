// Reads the lists of picture pairs that an evaluation compares.

internal import FoundationEssentials

/// One pair of pictures and whether they show the same person.
package struct PicturePair: Sendable, Equatable {
  /// Path of the first picture, relative to the list's root.
  package let a: String
  package let b: String
  package let same: Bool
  /// The set that the pair belongs to; sets are never pooled.
  package let set: String
}

/// A list that cannot be used; the description names the file, the line and what is wrong.
package struct PairListError: Error, CustomStringConvertible {
  package let description: String
}

/// Reads `pairs.csv` (columns a, b, same, set) and `card_vs_selfie.csv` (columns card, selfie_in_faces,
/// same). Columns are found by name; others are ignored. Fields may be quoted.
package enum PairList {
  /// The set name of card-against-selfie pairs.
  package static let cardSet = "card_vs_selfie"

  /// Pairs of faces; paths are relative to the file's folder.
  package static func faces(atPath path: String) throws(PairListError) -> [PicturePair] {
    try rows(atPath: path, columns: ["a", "b", "same", "set"]) { fields in
      same(fields[2]).map {
        PicturePair(
          a: folder(of: path) + fields[0], b: folder(of: path) + fields[1], same: $0,
          set: fields[3])
      }
    }
  }

  /// Cards against selfies; cards lie beside the file, selfies under `../faces/`.
  package static func cards(atPath path: String) throws(PairListError) -> [PicturePair] {
    try rows(atPath: path, columns: ["card", "selfie_in_faces", "same"]) { fields in
      same(fields[2]).map {
        PicturePair(
          a: folder(of: path) + fields[0], b: folder(of: path) + "../faces/" + fields[1], same: $0,
          set: cardSet)
      }
    }
  }

  private static func same(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "1", "true": true
    case "0", "false": false
    default: nil
    }
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  private static func rows(
    atPath path: String, columns: [String], _ make: ([String]) -> PicturePair?
  ) throws(PairListError) -> [PicturePair] {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else {
      throw PairListError(description: "cannot read \(path)")
    }
    let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
    guard let header = lines.first.map(fields) else {
      throw PairListError(description: "\(path) is empty")
    }
    var places: [Int] = []
    for column in columns {
      guard let place = header.firstIndex(of: column) else {
        throw PairListError(description: "\(path) has no column \(column)")
      }
      places.append(place)
    }
    var pairs: [PicturePair] = []
    for (number, line) in lines.dropFirst().enumerated() {
      let all = fields(line)
      guard all.count == header.count, let pair = make(places.map { all[$0] }) else {
        throw PairListError(description: "\(path), line \(number + 2): not a pair")
      }
      pairs.append(pair)
    }
    return pairs
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
