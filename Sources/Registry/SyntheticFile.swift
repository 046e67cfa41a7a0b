// Files of people who cannot exist, and readings of whole registries.

internal import Glibc

extension SyntheticPeople {
  /// Writes the header and the first `count` people to `path` (`-`: standard output).
  package func write(
    _ count: Int, to path: String, phones: Bool, cards: Bool
  ) throws(RegistryFault) {
    let file =
      path == "-" ? STDOUT_FILENO : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw RegistryFault(
        .inputOutput, "the file cannot be written: \(String(cString: strerror(errno)))")
    }
    defer { if path != "-" { close(file) } }
    var bytes = Array((Self.header + "\n").utf8)
    for index in 0..<count {
      bytes.append(contentsOf: row(index, phones: phones, cards: cards).utf8)
      bytes.append(UInt8(ascii: "\n"))
      if bytes.count > 1 << 20 {
        try writeAll(file, bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    try writeAll(file, bytes)
  }
}

/// Reads a registry from one end to the other.
package enum RegistryVerification {
  /// What holds.
  package struct Outcome: Sendable, Equatable {
    package var entries = 0
    /// Portraits by what made them (`SealedPortrait.contract`).
    package var portraits: [[UInt8]: Int] = [:]
  }

  /// Opens every entry's seal, and every portrait's; throws at the first that does not hold.
  package static func read(
    _ target: any RegistryTarget, _ hash: RegistryHash
  ) throws(RegistryFault) -> Outcome {
    defer { target.abandon() }
    try target.begin(hash.keyCheck)
    var outcome = Outcome()
    var value = EntryValue()
    while let key = try target.nextExisting(&value) {
      guard let record = value.withBytes({ hash.record($0, under: key) }) else {
        throw RegistryFault(
          .corrupt, "entry \(outcome.entries + 1) of the registry does not hold its seal")
      }
      if case .identity(_, _, _, let portrait?) = record {
        guard hash.open(portrait, beside: key) != nil else {
          throw RegistryFault(
            .corrupt, "the portrait of entry \(outcome.entries + 1) does not hold its seal")
        }
        outcome.portraits[portrait.contract, default: 0] += 1
      }
      outcome.entries += 1
    }
    return outcome
  }
}
