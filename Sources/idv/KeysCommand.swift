// idv keys: keys that callers encrypt personal fields with.

internal import ArgumentParser
internal import FoundationEssentials
internal import Sealing
internal import Vocabulary

#if canImport(Glibc)
  internal import Glibc
#endif

struct KeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "Makes keys for encrypting personal fields.",
    subcommands: [CreateKeyCommand.self])
}

struct CreateKeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Makes a private key that only its owner may read.",
    discussion: """
      To change keys, list the new one first in encryption.keys, move the old one to encryption.decryptOnlyKeys and send \
      the server SIGHUP; once no caller uses the old one any more, move its name to encryption.retiredKeys and delete the \
      file. The digest printed is that of the public key: callers who know it need not trust the server's word.
      """)

  /// What a key wraps with.
  enum Wrapping: String, ExpressibleByArgument, CaseIterable {
    case x25519
    case rsaOAEP = "rsa-oaep"
    case sm2

    var inSealing: KeyWrapping {
      switch self {
      case .x25519: .x25519
      case .rsaOAEP: .rsaOAEP
      case .sm2: .sm2
      }
    }
  }

  @Argument(help: "File to make; it must not be there.") var file: String
  @Option(help: "x25519, rsa-oaep (3072 bits) or sm2.") var wrapping = Wrapping.x25519
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    guard var pem = UnwrappingKey.generate(wrapping.inSealing), let key = UnwrappingKey(pem: pem)
    else { throw ValidationError("libcrypto cannot make such a key") }
    defer { for at in pem.indices { pem[at] = 0 } }
    let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw ValidationError("cannot make \(file): \(String(cString: strerror(errno)))")
    }
    let written = pem.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    let isDone = fsync(descriptor) == 0 && written == pem.count
    close(descriptor)
    guard isDone else {
      unlink(file)
      throw ValidationError("cannot write \(file)")
    }
    let digest = Hexadecimal.text(of: sha256(key.publicKey))
    print(
      json
        ? #"{"wrapping":"\#(wrapping.rawValue)","publicKeySHA256":"\#(digest)"}"#
        : "\(file): \(wrapping.rawValue), SHA-256 of the public key \(digest)")
  }
}
