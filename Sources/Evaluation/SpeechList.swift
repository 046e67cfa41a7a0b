// The list of recordings with what is said in them.

internal import FoundationEssentials

/// One recording of a list.
package struct SpokenClip: Sendable, Equatable {
  /// Where the file is, relative to the working folder.
  package let path: String
  /// What is said.
  package let text: String
  package let speaker: String
  /// Which set it belongs to; `digit_codes` and `digits_sh` are digits.
  package let set: String
}

/// Reads lists in tab-separated columns: path, text, speaker, set; others are ignored.
package enum SpeechList {
  /// The recordings of the list at `path`, whose own paths are relative to its folder.
  package static func read(atPath path: String) throws(ListError) -> [SpokenClip] {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else {
      throw ListError(description: "cannot read \(path)")
    }
    let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
    func fields(_ line: Substring) -> [String] {
      line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    guard let header = lines.first.map(fields) else {
      throw ListError(description: "\(path) is empty")
    }
    var places: [Int] = []
    for column in ["path", "text", "speaker", "set"] {
      guard let place = header.firstIndex(of: column) else {
        throw ListError(description: "\(path) has no column \(column)")
      }
      places.append(place)
    }
    let folder = CSVRows.folder(of: path)
    var clips: [SpokenClip] = []
    for (number, line) in lines.dropFirst().enumerated() {
      let all = fields(line)
      guard places.allSatisfy({ $0 < all.count }) else {
        throw ListError(description: "\(path), line \(number + 2): too few columns")
      }
      let row = places.map { all[$0] }
      clips.append(
        SpokenClip(
          path: row[0].hasPrefix("/") ? row[0] : folder + row[0], text: row[1], speaker: row[2],
          set: row[3]))
    }
    return clips
  }
}
