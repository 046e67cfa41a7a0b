// Reads the lists of clips and pictures that presentation-attack detection is measured on.

/// One clip or picture and what it shows.
package struct LabelledPresentation: Sendable, Equatable {
  package enum Label: String, Sendable, CaseIterable {
    case live, attack, deepfake, unsure
  }

  /// Path of the file, that of the list's folder included.
  package let path: String
  /// The person it shows; everything of one person stays on one side of a split.
  package let subject: String
  package let label: Label
  /// What kind of attack it is, in one of a few words.
  package let species: String
  /// Which part of the report it belongs to: `videos`, `full` or `crop`.
  package let part: String

  package init(path: String, subject: String, label: Label, species: String, part: String) {
    self.path = path
    self.subject = subject
    self.label = label
    self.species = species
    self.part = part
  }
}

/// Reads CSV files with the columns path, subject, label and type, and of pictures also kind; paths are relative to
/// the file's folder.
package enum PresentationList {
  /// The part that clips belong to.
  package static let clips = "videos"

  /// - Throws: if the file cannot be read, a column is missing or a label is unknown.
  package static func videos(atPath path: String) throws(ListError) -> [LabelledPresentation] {
    try read(path, columns: ["path", "subject", "label", "type"]) { _ in clips }
  }

  /// - Throws: as `videos`.
  package static func images(atPath path: String) throws(ListError) -> [LabelledPresentation] {
    try read(path, columns: ["path", "subject", "label", "type", "kind"]) { $0[4] }
  }

  /// Pictures of living people from a list of faces (columns path, set and identity).
  package static func living(
    atPath path: String, set: String
  ) throws(ListError) -> [LabelledPresentation] {
    let folder = CSVRows.folder(of: path)
    let rows = try CSVRows.read(path, "a face", columns: ["path", "set", "identity"]) { $0 }
    return rows.filter { $0[1] == set }.map {
      LabelledPresentation(
        path: folder + $0[0], subject: $0[2], label: .live, species: "live", part: set)
    }
  }

  private static func read(
    _ path: String, columns: [String], part: ([String]) -> String
  ) throws(ListError) -> [LabelledPresentation] {
    let folder = CSVRows.folder(of: path)
    return try CSVRows.read(path, "a presentation", columns: columns) { fields in
      guard !fields[0].isEmpty, let label = LabelledPresentation.Label(rawValue: fields[2]) else {
        return nil
      }
      return LabelledPresentation(
        path: folder + fields[0], subject: fields[1], label: label,
        species: label == .live ? "live" : species(fields[3]), part: part(fields))
    }
  }

  /// The species of an attack from what the list says of it: its instrument, of which there are few.
  static func species(_ type: String) -> String {
    let text = type.lowercased()
    func has(_ words: String...) -> Bool { words.contains { text.contains($0) } }
    let isScreen = has("screen", "monitor", "phone", "tablet", "replay", "display")
    if isScreen, has("print") { return "screen or print" }
    if isScreen { return "screen" }
    if has("mask") { return "paper mask" }
    if has("print", "paper", "photo of") { return "print" }
    if has("animated") { return "animated photo" }
    return text
  }
}
