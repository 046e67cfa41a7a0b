// A secret in a file that only its owner reads.

internal import Glibc

/// Reads secrets that an operator keeps in files.
package enum SecretFile {
  /// Why a file gives no secret. For the operator; says nothing of what is in it.
  package enum Failure: Error, Sendable, Equatable, CustomStringConvertible {
    case unreadable
    case noFile
    /// The group, or everybody, has some right to it.
    case shared
    case size(ClosedRange<Int>)

    package var description: String {
      switch self {
      case .unreadable: "cannot be read"
      case .noFile: "is no regular file"
      case .shared: "is open to its group or to others; chmod 600 it"
      case .size(let due): "does not have \(due.lowerBound) to \(due.upperBound) bytes"
      }
    }
  }

  /// The whole file. What is judged is the file that was opened: nobody can put another in its place in between. The
  /// copy that was read is wiped.
  /// - Parameter bytes: least and most bytes of the secret; the least is at least one.
  package static func read(
    _ path: String, bytes: ClosedRange<Int>
  ) throws(Failure) -> SecretBytes {
    precondition(bytes.lowerBound > 0, "a secret of nothing")
    // Without waiting for who writes into a pipe.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw .unreadable }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .unreadable }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .noFile }
    guard status.st_mode & (S_IRWXG | S_IRWXO) == 0 else { throw .shared }
    let room = UnsafeMutableRawBufferPointer.allocate(
      byteCount: bytes.upperBound + 1, alignment: 16)
    defer {
      wipe(room)
      room.deallocate()
    }
    var count = 0
    while count < room.count {
      let taken = Glibc.read(file, room.baseAddress.map { $0 + count }, room.count - count)
      if taken < 0 && errno == EINTR { continue }
      guard taken >= 0 else { throw .unreadable }
      guard taken > 0 else { break }
      count += taken
    }
    guard bytes.contains(count) else { throw .size(bytes) }
    return SecretBytes(copying: UnsafeRawBufferPointer(rebasing: room[..<count]))
  }
}
