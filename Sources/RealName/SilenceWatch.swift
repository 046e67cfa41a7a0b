// When callers whose time was over before a source's own are word enough that it is silent. Pure: durations are parameters.

internal import Vocabulary

/// Watches one source's answers and the attempts that callers' deadlines cut off. A value; its owner serialises.
///
/// One cut says nothing: the caller was in a hurry. Several in a row, each of which left the source more time than it ever
/// needs, are silence. What it needs is learnt from its answers, so that hurried callers alone, who leave it less than
/// that, never speak against it, however many they are.
struct SilenceWatch: Sendable {
  /// Cuts in a row that say nothing yet. Our choice: with the breaker's five it opens after ten.
  static let cutsInRowMax = 5
  /// How many times its usual answer a source is left before a cut may speak against it, at least `patienceMin`; and the
  /// part of its own time that is enough in any case, and is asked for while it has never answered. Our choice.
  private static let patience = 8
  private static let patienceMin = Duration.milliseconds(100)
  private static let shareOfTimeout = 2

  /// A moving mean of answers' durations; nil before the first.
  private var usual: Duration?
  private var cutsInRow = 0

  /// It said something, be it a fault of its own.
  mutating func heard(after took: Duration, isAnswer: Bool) {
    cutsInRow = 0
    guard isAnswer else { return }
    usual = usual.map { $0 + (took - $0) / 8 } ?? took
  }

  /// A caller's deadline cut it off. Whether that speaks against it.
  mutating func cut(after waited: Duration, timeout: Duration) -> Bool {
    let enough = timeout / Self.shareOfTimeout
    let needed = usual.map { min(max($0 * Self.patience, Self.patienceMin), enough) } ?? enough
    guard waited >= needed else { return false }
    cutsInRow += 1
    return cutsInRow > Self.cutsInRowMax
  }
}
