// Bounds of registries and their imports.

package enum RegistryLimits {
  /// Bytes of a key file: HMAC-SHA-256 gains nothing beyond a block of 64.
  package static let keyBytes = 32...64
  /// Bytes of an entry's key: the odds that two of a billion elements share one are 2 to the power of −69.
  package static let entryKeyBytes = 16
  /// Bytes of an element's tag: another value fits one in 2 to the power of 96.
  package static let tagBytes = 12
  /// Bytes of the name of what made a template: the odds that two pipelines share one are 2 to the power of −128.
  package static let portraitContractBytes = 16
  /// Bytes of a template: 512 numbers of 32 bits.
  package static let templateBytesMax = 2048
  /// Bytes of a sealed template: beside it its contract, a nonce of 12 and a tag of 16.
  package static let portraitBytesMax = templateBytesMax + portraitContractBytes + 28
  /// Bytes of one picture that a template is made of.
  package static let pictureBytesMax = 3 << 20
  /// Bytes of the path of a picture, and folders in it.
  package static let picturePathBytesMax = 1024
  /// Bytes of a record: the longest has six beside two tags and a portrait.
  package static let recordBytesMax = 30 + portraitBytesMax
  /// Bytes of a record without a portrait: the longest has five beside three tags.
  package static let plainRecordBytesMax = 41
  /// Bytes of the seal behind a record: a changed byte, or an entry of another key in its place, is noticed.
  package static let sealBytes = 8
  /// Bytes of an entry's value.
  package static let valueBytesMax = recordBytesMax + sealBytes
  /// Bytes of one row of a file that is imported.
  package static let rowBytesMax = 4096
  /// Columns of a file that is imported.
  package static let columnsMax = 64
  /// Bytes of a file that are read, hashed and sorted at a time. Each worker holds one such piece, and what becomes of it.
  package static let pieceBytes = 16 << 20
  /// The same of a file with portraits, each of which takes some hundredths of a second: less is done again after an
  /// interruption. Files of more than `piecesMax` of them are read in larger pieces.
  package static let portraitPieceBytes = 64 << 10
  /// Pieces of a file, each of which becomes one sorted run: all runs are open at once when they are merged.
  package static let piecesMax = 960
  /// Entries that one row gives: identity, phone and card, the last two in the clear form and three digests.
  package static let entriesPerRowMax = 9
  /// Bad rows that are told one by one. All are counted.
  package static let badRowsToldMax = 1000
  /// Bytes read of a sorted run at a time.
  static let runBufferBytes = 128 << 10
  /// Lookups that wait for a lane.
  package static let waitingLookupsMax = 4096
  /// Threads that look up in one registry.
  package static let lanesMax = 64
  /// How long opening a registry may take.
  package static let openMax = Duration.seconds(3)
  /// How long a lane waits before it tries again to open a registry that could not be opened.
  package static let reopenPause = Duration.milliseconds(500)
  /// Longest wait of a thread without looking whether it should end.
  static let idleWait = Duration.seconds(1)
}
