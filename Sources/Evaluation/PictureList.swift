// Reads the list of labelled single pictures that an evaluation looks at.

/// One picture and what is known about it.
package struct LabelledPicture: Sendable, Equatable {
  /// Path of the picture, that of the list's folder included.
  package let path: String
  /// What it shows, in the list's own words.
  package let tag: String
  /// How many faces it shows; nil if nobody counted.
  package let faces: Int?

  package init(path: String, tag: String, faces: Int?) {
    self.path = path
    self.tag = tag
    self.faces = faces
  }

  /// Whether the tag speaks of a mask.
  package var isTaggedMask: Bool { tag.lowercased().contains("mask") }
}

/// Reads CSV files with the columns path, tag and faces; paths are relative to the file's folder.
package enum PictureList {
  /// - Throws: if the file cannot be read, a column is missing, or a line's count of faces is neither empty nor a
  ///   number.
  package static func read(atPath path: String) throws(ListError) -> [LabelledPicture] {
    let folder = CSVRows.folder(of: path)
    return try CSVRows.read(path, "a picture", columns: ["path", "tag", "faces"]) { fields in
      let count = Int(fields[2])
      guard !fields[0].isEmpty, fields[2].isEmpty || (count ?? -1) >= 0 else { return nil }
      return LabelledPicture(path: folder + fields[0], tag: fields[1], faces: count)
    }
  }
}
