// Reads the lists of picture pairs that an evaluation compares.

/// One pair of pictures and whether they show the same person.
package struct PicturePair: Sendable, Equatable {
  /// Path of the first picture, relative to the list's root.
  package let a: String
  package let b: String
  package let same: Bool
  /// The set that the pair belongs to; sets are never pooled.
  package let set: String
}

/// Reads `pairs.csv` (columns a, b, same, set) and `card_vs_selfie.csv` (columns card, selfie_in_faces,
/// same). Columns are found by name; others are ignored. Fields may be quoted.
package enum PairList {
  /// The set name of card-against-selfie pairs.
  package static let cardSet = "card_vs_selfie"

  /// Pairs of faces; paths are relative to the file's folder.
  package static func faces(atPath path: String) throws(ListError) -> [PicturePair] {
    let folder = CSVRows.folder(of: path)
    return try CSVRows.read(path, "a pair", columns: ["a", "b", "same", "set"]) { fields in
      same(fields[2]).map {
        PicturePair(
          a: folder + fields[0], b: folder + fields[1], same: $0, set: fields[3])
      }
    }
  }

  /// Cards against selfies; cards lie beside the file, selfies under `../faces/`.
  package static func cards(atPath path: String) throws(ListError) -> [PicturePair] {
    let folder = CSVRows.folder(of: path)
    return try CSVRows.read(path, "a pair", columns: ["card", "selfie_in_faces", "same"]) {
      fields in
      same(fields[2]).map {
        PicturePair(
          a: folder + fields[0], b: folder + "../faces/" + fields[1], same: $0, set: cardSet)
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
}
