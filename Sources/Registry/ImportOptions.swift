// What an import is asked to do, and what it says of itself.

internal import Sealing
package import Vocabulary

/// How a file is imported.
package struct ImportOptions: Sendable {
  /// Which entries are made: a list of phone numbers must not say anew what an identity is. Nil: those that the file's
  /// columns are about (`Set.told(by:)`).
  package var kinds: Set<EntryKind>?
  /// Digests by which phone numbers are found too; each costs an entry for every number. Those of the registry that is
  /// added to are made in any case: a number's status must not be another by its digest.
  package var digests: Set<ElementHash> = []
  /// Makes those digests.
  package var digest: @Sendable (ElementHash, [UInt8]) -> [UInt8]
  /// Threads that read, hash and sort.
  package var workers: Int
  /// Bytes of the file that become one run; more than `RegistryLimits.rowBytesMax`. Nil: as many as suit the file.
  package var pieceBytes: Int?
  /// Makes templates of the pictures that a file names; nil: a file with such a column is refused.
  package var portraits: PortraitEnrolment?

  package init(workers: Int) {
    self.workers = max(workers, 1)
    digest = { Sealing.digest($1, $0.algorithm) }
  }
}

/// How far an import is.
package struct ImportProgress: Sendable, Equatable {
  package enum Phase: Sendable, Equatable {
    /// Reading, hashing, sorting.
    case reading
    /// Writing the new registry.
    case writing
  }

  package var phase: Phase
  /// Bytes of the file in the first phase, entries in the second.
  package var done: Int
  package var total: Int
  /// Rows that were read, good and bad.
  package var rows: Int
}

/// A row that was left out.
package struct BadRow: Sendable, Equatable, Codable {
  /// From 1: the first row of the file, which names the columns, is row 1.
  package let row: Int
  /// Nil if it is not one column's fault.
  package let column: ImportColumn?
  package let defect: RowDefect
}

/// What an import did.
package struct ImportReport: Sendable, Equatable {
  /// Rows below the first, empty lines left out.
  package var rows = 0
  package var badRows = 0
  /// The first of them.
  package var told: [BadRow] = []
  /// The kinds of entries that were made.
  package var kinds: Set<EntryKind> = []
  /// The digests by which the registry's phone numbers are found now.
  package var digests: Set<ElementHash> = []
  /// Entries that the file gives; of several for one number, phone or card the last in the file counts.
  package var entriesGiven = 0
  /// Entries that the registry has now.
  package var entries = 0
  /// Pieces that an interrupted import had done already.
  package var piecesKept = 0
  package var pieces = 0
  /// Seconds of the two phases.
  package var readingSeconds = 0.0
  package var writingSeconds = 0.0

  package init() {}
}
