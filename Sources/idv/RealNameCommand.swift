// idv realname: what an operator of real-name checks needs beside the server.

internal import ArgumentParser
internal import IdentityNumbers
internal import RealName
internal import Sealing
internal import Vocabulary

struct RealNameCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "realname", abstract: "Lists of real-name checks.",
    subcommands: [FingerprintCommand.self])
}

struct FingerprintCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fingerprint",
    abstract: "Makes the lines of realName.listFile from elements on standard input.",
    discussion: """
      A line of input is a kind and a value: name 张三, id_number 11010519491231002X, phone 13800138000 or \
      bank_card 6222020000000000000. Each gives four lines: of the element and of its MD5, SHA-256 and SM3, by which \
      hashed questions are known. Nothing of the input is printed or kept.
        idv realname fingerprint --key-file list.key --refuse < numbers.txt >> lists.txt
      """)

  @Option(help: "File of the secret: realName.listKeyFile.")
  var keyFile: String

  @Flag(
    inversion: .prefixedNo,
    help: "Lines that refuse; --no-refuse makes lines that exempt from limits.")
  var refuse = true

  func run() async throws {
    let key: FingerprintKey
    do throws(SecretFile.Failure) {
      key = try SecretFile.read(keyFile, bytes: 32...4096).withUnsafeBytes { FingerprintKey($0) }
    } catch { throw ValidationError("--key-file \(error).") }
    var count = 0
    while let line = readLine() {
      count += 1
      let words = line.split(separator: " ", maxSplits: 1)
      guard !words.isEmpty else { continue }
      guard words.count == 2, let kind = ElementKind(rawValue: String(words[0])),
        let value = Self.normal(kind, words[1])
      else {
        note("idv: line \(count) is not a kind and a value that can exist")
        throw ExitCode(1)
      }
      print(lines(kind, value, key).joined(separator: "\n"))
    }
  }

  private func lines(_ kind: ElementKind, _ value: String, _ key: FingerprintKey) -> [String] {
    let name = kind == .name ? try? PersonName(value) : nil
    var elements = [name.map { Element($0) } ?? Element(kind, value)]
    for hash in ElementHash.allCases {
      elements.append(Element(kind, digest: digest(Array(value.utf8), hash.algorithm), hash))
    }
    return elements.map { element in
      (refuse ? "refuse " : "exempt ")
        + Hexadecimal.text(of: element.fingerprint(under: key).bytes)
    }
  }

  /// As the server puts it to sources; nil if it cannot exist.
  private static func normal(_ kind: ElementKind, _ value: Substring) -> String? {
    switch kind {
    case .name: return (try? PersonName(value))?.text
    case .number:
      return (try? ResidentIdentityNumber(value))?.text
        ?? (try? OldResidentIdentityNumber(value))?.upgraded.text
        ?? (try? OldForeignResidentNumber(value))?.text
    case .phone: return (try? MobileNumber(value))?.digits
    case .card: return (try? BankCardNumber(value, checkDigit: .noted))?.digits
    case .validFrom, .validUntil: return nil
    }
  }
}
