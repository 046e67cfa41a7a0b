// Counts how often something was seen without keeping what was seen.

package import Sealing

/// A count-min sketch with conservative update: rows of cells, each thing has one cell a row, its count is the least of
/// them. It never counts too few; it counts too many only where all cells of a thing are shared, which at one thing a cell
/// is rare and then by one or two. Memory is fixed whatever is counted. A value; its owner serialises.
package struct CountSketch: Sendable {
  private var cells: [UInt16]
  private let mask: UInt64
  private let rowShift: Int

  package static let rows = 4

  /// - Parameter cellsLog2: two to this power cells a row; 8 bytes each over the rows.
  /// - Precondition: from 4 to 26.
  package init(cellsLog2: Int) {
    precondition((4...26).contains(cellsLog2), "a sketch of an unreasonable size")
    cells = [UInt16](repeating: 0, count: Self.rows << cellsLog2)
    mask = (1 << UInt64(cellsLog2)) - 1
    rowShift = cellsLog2
  }

  /// What is counted: a fingerprint with what it is counted for.
  package struct Subject: Sendable {
    fileprivate let a: UInt64
    fileprivate let b: UInt64

    /// - Parameters:
    ///   - fingerprint: of the element, under a key that whoever fills the sketch cannot know.
    ///   - purpose: account, operation and field: others count apart.
    package init(_ fingerprint: KeyedFingerprint, purpose: UInt64) {
      // The words are unknown to callers, so mixing needs no cryptography of its own.
      a = Self.mix(fingerprint.words.0 ^ purpose &* 0x9E37_79B9_7F4A_7C15)
      b = Self.mix(fingerprint.words.1 &+ purpose &* 0xC2B2_AE3D_27D4_EB4F) | 1
    }

    /// The subject of two things together.
    package init(_ one: KeyedFingerprint, _ other: KeyedFingerprint, purpose: UInt64) {
      let joined = KeyedFingerprint(
        words: (
          one.words.0 ^ other.words.2, one.words.1 &+ other.words.3, 0, 0
        ))
      self.init(joined, purpose: purpose)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
      var value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
      return value ^ value >> 31
    }
  }

  /// How often it was counted, or a little more.
  package func count(of subject: Subject) -> Int {
    var least = UInt16.max
    for row in 0..<Self.rows { least = min(least, cells[place(subject, row)]) }
    return Int(least)
  }

  /// Counts it once more; returns the new count. Stops at 65,535.
  @discardableResult
  package mutating func add(_ subject: Subject) -> Int {
    let count = count(of: subject)
    guard count < Int(UInt16.max) else { return count }
    let next = UInt16(count + 1)
    for row in 0..<Self.rows {
      let place = place(subject, row)
      if cells[place] < next { cells[place] = next }
    }
    return Int(next)
  }

  /// Forgets everything.
  package mutating func clear() {
    cells = [UInt16](repeating: 0, count: cells.count)
  }

  private func place(_ subject: Subject, _ row: Int) -> Int {
    row << rowShift | Int((subject.a &+ UInt64(row) &* subject.b) >> 20 & mask)
  }
}
