// SHA-256 of media that come piece by piece.

internal import Inference
package import Vocabulary

/// A SHA-256 that runs along. One owner at a time; not for two threads at once.
package final class MediaDigest {
  private let running = RunningSHA256()

  package init() {}

  /// Takes the next bytes.
  package func add(_ bytes: Bytes) { running.add(bytes) }

  /// The digest of all that came, 32 bytes. Asked once; nothing is added afterwards.
  package func end() -> [UInt8] { running.end() }
}
