// Pictures that a file of elements names: read one by one from one folder, made into templates, forgotten.

internal import Glibc
internal import Sealing
package import Vocabulary

/// Why no template was made of a picture.
package enum PortraitFailure: Error, Sendable, Equatable {
  /// The row's fault: it is left out.
  case defect(RowDefect)
  /// Nobody's of the row: the import ends, and can be gone on with.
  case fault(RegistryFault)
}

/// How templates are made of pictures.
package struct PortraitEnrolment: Sendable {
  /// Where pictures are.
  package let folder: PortraitFolder
  /// Names what makes the templates: pieces that an interrupted import made with another are of no use.
  package let contract: [UInt8]
  /// Makes a template. Blocks; called on the import's threads, several at once. What it is lent is wiped afterwards.
  package let make: @Sendable (Bytes) -> Result<PortraitTemplate, PortraitFailure>

  package init(
    folder: PortraitFolder, contract: [UInt8],
    make: @escaping @Sendable (Bytes) -> Result<PortraitTemplate, PortraitFailure>
  ) {
    self.folder = folder
    self.contract = contract
    self.make = make
  }

  func template(at path: String) throws(PortraitFailure) -> PortraitTemplate {
    try make(try folder.read(path).bytes).get()
  }
}

/// A folder from which pictures are read, and nothing outside it. Any thread.
package final class PortraitFolder: Sendable {
  package let path: String
  private let folder: Int32

  package init(_ path: String) throws(RegistryFault) {
    self.path = path
    folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else {
      throw RegistryFault(
        .refused, "the folder of pictures cannot be opened: \(String(cString: strerror(errno)))")
    }
  }

  deinit { close(folder) }

  /// The file at a path below the folder. Every step is a name: no absolute path, no way up, no link.
  func read(_ path: String) throws(PortraitFailure) -> WipedBuffer {
    let names = path.split(separator: "/", omittingEmptySubsequences: false)
    guard path.utf8.count <= RegistryLimits.picturePathBytesMax, !path.utf8.contains(0),
      names.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." })
    else { throw .defect(.pathOutside) }
    var place = folder
    defer { if place != folder { close(place) } }
    for (index, name) in names.enumerated() {
      let isLast = index == names.count - 1
      let next = openat(
        place, String(name),
        O_CLOEXEC | O_NOFOLLOW | O_RDONLY | (isLast ? O_NONBLOCK : O_DIRECTORY))
      let reason = errno
      guard next >= 0 else { throw Self.failure(reason, isLast) }
      if place != folder { close(place) }
      place = next
    }
    return try Self.contents(place)
  }

  private static func failure(_ reason: Int32, _ isLast: Bool) -> PortraitFailure {
    switch reason {
    // A link in a file's place is the first, in a folder's the second.
    case ELOOP, ENOTDIR: .defect(.pathOutside)
    case ENOENT, EACCES, ENAMETOOLONG, ENXIO: .defect(.noPicture)
    default:
      .fault(
        RegistryFault(
          .inputOutput, "a picture cannot be opened: \(String(cString: strerror(reason)))"))
    }
  }

  private static func contents(_ file: Int32) throws(PortraitFailure) -> WipedBuffer {
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .defect(.noPicture)
    }
    let limit = RegistryLimits.pictureBytesMax
    guard status.st_size <= limit else { throw .defect(.pictureBytes) }
    let count = Int(status.st_size)
    let bytes = WipedBuffer(capacity: count)
    let isWhole = bytes.append(count) { room in
      var done = 0
      while done < room.count {
        let got = Glibc.read(file, room.baseAddress.map { $0 + done }, room.count - done)
        if got < 0 && errno == EINTR { continue }
        guard got > 0 else { return false }
        done += got
      }
      return true
    }
    guard isWhole else { throw .defect(.picture) }
    return bytes
  }
}
