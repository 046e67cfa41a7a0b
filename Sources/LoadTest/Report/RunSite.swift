// Where and by what a test was run: the machine, the build, the command.

internal import FoundationEssentials

#if canImport(Glibc)
  internal import Glibc
#endif

/// The circumstances of a run, for the head of its report. A value.
package struct RunSite: Sendable, Codable, Equatable {
  /// When it began: ISO 8601, UTC.
  package var date: String
  /// Version of the tool.
  package var version: String
  /// Commit checked out in the current folder; nil outside a checkout.
  package var commit: String?
  /// The command line, secrets left out.
  package var command: String
  package var processor: String
  /// Processors this process may use.
  package var cores: Int
  package var memoryBytes: Int
  package var system: String

  package init(
    date: String, version: String, commit: String?, command: String, processor: String,
    cores: Int, memoryBytes: Int, system: String
  ) {
    self.date = date
    self.version = version
    self.commit = commit
    self.command = command
    self.processor = processor
    self.cores = cores
    self.memoryBytes = memoryBytes
    self.system = system
  }

  /// This machine, now. The machine's name is left out: it may be a person's.
  package static func here(version: String, arguments: [String]) -> RunSite {
    RunSite(
      date: Date.now.ISO8601Format(), version: version, commit: checkedOutCommit(),
      command: CommandText.withoutSecrets(arguments), processor: processorName(),
      cores: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
      memoryBytes: Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE))),
      system: systemName())
  }

  private static func text(_ path: String) -> String? {
    (try? Data(contentsOf: URL(filePath: path))).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func value(of key: String, in text: String?, separator: Character) -> String? {
    for line in text?.split(separator: "\n") ?? [] where line.hasPrefix(key) {
      guard let sign = line.firstIndex(of: separator) else { continue }
      return String(line[line.index(after: sign)...].filter { $0 != "\"" }.drop { $0 == " " })
    }
    return nil
  }

  private static func processorName() -> String {
    value(of: "model name", in: text("/proc/cpuinfo"), separator: ":") ?? "unknown processor"
  }

  private static func systemName() -> String {
    let name = value(of: "PRETTY_NAME", in: text("/etc/os-release"), separator: "=") ?? "Linux"
    let kernel = text("/proc/sys/kernel/osrelease")?.filter { $0 != "\n" } ?? ""
    return kernel.isEmpty ? name : "\(name), kernel \(kernel)"
  }

  /// Reads git's own files, so that no git is needed.
  private static func checkedOutCommit() -> String? {
    guard let head = text(".git/HEAD")?.filter({ $0 != "\n" }) else { return nil }
    guard head.hasPrefix("ref: ") else { return short(head) }
    let name = String(head.dropFirst(5))
    if let commit = text(".git/" + name) { return short(commit) }
    let packed = text(".git/packed-refs")?.split(separator: "\n") ?? []
    return packed.first { $0.hasSuffix(" " + name) }.flatMap { short(String($0)) }
  }

  private static func short(_ commit: String) -> String? {
    let digits = commit.prefix(12)
    return digits.count == 12 && digits.allSatisfy(\.isHexDigit) ? String(digits) : nil
  }
}

/// Command lines as they may be shown to others.
package enum CommandText {
  /// Options whose value is left out whole: payloads may hold somebody's data, a key's place is
  /// nobody's business.
  private static let hidden: Set = ["--data", "--key"]
  /// Options of which the part before the colon is shown.
  private static let halfHidden: Set = ["--metadata"]

  /// `arguments` joined as a shell would read them, secrets replaced by `…`.
  package static func withoutSecrets(_ arguments: [String]) -> String {
    var words: [String] = []
    var pending: String?
    for argument in arguments {
      if let option = pending {
        words.append(shown(argument, of: option))
        pending = nil
        continue
      }
      let halves = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let option = String(halves[0])
      guard hidden.contains(option) || halfHidden.contains(option) else {
        words.append(quoted(argument))
        continue
      }
      if halves.count == 2 {
        words.append(option + "=" + shown(String(halves[1]), of: option))
      } else {
        words.append(option)
        pending = option
      }
    }
    return words.joined(separator: " ")
  }

  private static func shown(_ value: String, of option: String) -> String {
    // A file's name is no secret; what was typed may be.
    if option == "--data", value.hasPrefix("@") { return quoted(value) }
    guard halfHidden.contains(option), let colon = value.firstIndex(of: ":") else { return "…" }
    return quoted(value[...colon] + " …")
  }

  private static func quoted(_ word: String) -> String {
    let plain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_./:=,+@%…".contains($0) }
    return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
