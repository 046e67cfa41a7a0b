// When a clip's frames are shown, as its file says.

/// One packet of a clip's pictures.
package struct FrameTiming: Sendable, Equatable {
  /// When its picture is shown, since the clip's first.
  package var seconds: Double
  package var bytes: Int
  /// Whether its picture needs no other.
  package var isKey: Bool

  package init(seconds: Double, bytes: Int, isKey: Bool) {
    self.seconds = seconds
    self.bytes = bytes
    self.isKey = isKey
  }
}
