// Tells whether files have other content than before, whichever way they were replaced.

internal import COpenSSL

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// Looks at a fixed set of files: written in place, renamed over, or reached through a symbolic link that now
/// points elsewhere (as mounted secrets are replaced). Blocking; confined to whoever owns it.
///
/// A file is read only when its identity, size or times differ from those at the last look, or when it had
/// changed so shortly before it that its times could not tell a second change.
struct FileWatch {
  /// What files hold: SHA-256 by path; nil for one that cannot be read.
  typealias Content = [String: [UInt8]?]

  private struct Mark: Equatable {
    let device: UInt64
    let inode: UInt64
    let bytes: Int64
    /// Nanoseconds since 1970 of the last change of content and of anything.
    let modified: Int64
    let changed: Int64
  }

  private struct Seen {
    let mark: Mark
    let digest: [UInt8]?
    let isSettled: Bool
  }

  /// Times on disk may be this coarse, and two machines' clocks this far apart.
  private static let settlingNanoseconds: Int64 = 2_000_000_000
  private static let pieceBytes = 65_536

  private let files: [String]
  private var seen: [String: Seen] = [:]

  init(_ files: [String]) { self.files = files }

  /// Looks at every file.
  mutating func look() -> Content {
    var content: Content = [:]
    for file in files { content[file] = .some(look(at: file)) }
    return content
  }

  private mutating func look(at file: String) -> [UInt8]? {
    var status = stat()
    guard stat(file, &status) == 0 else {
      seen[file] = nil
      return nil
    }
    let mark = Mark(
      device: UInt64(status.st_dev), inode: UInt64(status.st_ino), bytes: Int64(status.st_size),
      modified: Self.nanoseconds(status.st_mtim), changed: Self.nanoseconds(status.st_ctim))
    if let known = seen[file], known.isSettled, known.mark == mark { return known.digest }
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let age = Self.nanoseconds(now) - max(mark.modified, mark.changed)
    let digest = Self.digest(of: file)
    seen[file] = Seen(mark: mark, digest: digest, isSettled: age > Self.settlingNanoseconds)
    return digest
  }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  private static func digest(of file: String) -> [UInt8]? {
    // Not to be held up by a pipe.
    let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    ERR_clear_error()
    guard let context = EVP_MD_CTX_new() else { return nil }
    defer {
      EVP_MD_CTX_free(context)
      ERR_clear_error()
    }
    guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else { return nil }
    var piece = [UInt8](repeating: 0, count: pieceBytes)
    while true {
      let count = read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0, EVP_DigestUpdate(context, piece, count) == 1 else { return nil }
      if count == 0 { break }
    }
    var digest = [UInt8](repeating: 0, count: 32)
    return EVP_DigestFinal_ex(context, &digest, nil) == 1 ? digest : nil
  }
}
