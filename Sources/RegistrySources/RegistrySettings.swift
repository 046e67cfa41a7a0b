// A registry as an entry of the operator's list of sources.

internal import FoundationEssentials
internal import Glibc
package import IdentityNumbers
internal import Observability
package import RealName
package import Registry
internal import RegistryPostgres
internal import RegistrySQLite
package import Vocabulary

/// Where a registry is and how it is asked:
/// `{"kind": "registry", "registry": "/var/lib/idv/people.db", "key": "/etc/idv/registry.key"}`.
package struct RegistrySettings: Sendable, Equatable {
  /// Names the source in metrics and answers. Default `registry`.
  package let name: String
  /// A file, or `postgresql://…` (a URI of libpq).
  package let registry: String
  /// The key's file.
  package let key: String
  /// Threads with a connection each, 1–64. Default 2.
  package let lanes: Int
  /// The digests that the import made entries for: `md5`, `sha256`, `sm3`. Default none.
  package let hashes: Set<ElementHash>
  /// Whether it is a source of portraits. Default false.
  package let portraits: Bool
  /// The longest that a question may take, 10–10000 ms. Default 1000.
  package let timeout: Duration

  /// What is wrong: the key and what to do, never a value.
  package struct Invalid: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
  }

  private struct Entry: Decodable {
    let name: String?
    let registry: String
    let key: String
    let lanes: Int?
    let hashes: [String]?
    let portraits: Bool?
    let timeoutMillis: Int?
  }

  /// - Parameter json: an object; keys of others (`kind`, `order`, `weight`) are not looked at.
  package init(json: [UInt8]) throws(Invalid) {
    guard let entry = try? JSONDecoder().decode(Entry.self, from: Data(json)) else {
      throw Invalid(
        description:
          "a registry needs \"registry\" (a file or postgresql://…) and \"key\" (a file), and may have "
          + "\"name\", \"lanes\", \"hashes\", \"portraits\" (true or false) and \"timeoutMillis\"")
    }
    name = entry.name ?? "registry"
    guard SourceProfile.isName(name) else {
      throw Invalid(description: "\"name\" has 1–32 characters of a–z 0–9 -")
    }
    (registry, key) = (entry.registry, entry.key)
    lanes = entry.lanes ?? 2
    guard (1...RegistryLimits.lanesMax).contains(lanes) else {
      throw Invalid(description: "\"lanes\" is 1 to \(RegistryLimits.lanesMax)")
    }
    let words = entry.hashes ?? []
    hashes = Set(words.compactMap { ElementHash(rawValue: $0) })
    guard hashes.count == words.count else {
      throw Invalid(description: "\"hashes\" are md5, sha256 and sm3, each once")
    }
    portraits = entry.portraits ?? false
    let millis = entry.timeoutMillis ?? 1000
    guard (10...10_000).contains(millis) else {
      throw Invalid(description: "\"timeoutMillis\" is 10 to 10000")
    }
    timeout = .milliseconds(millis)
  }

  package var isPostgres: Bool {
    registry.hasPrefix("postgresql://") || registry.hasPrefix("postgres://")
  }

  /// Opens the registry. One that is not there yet is no error: the source is unavailable until it is.
  /// - Throws: if the key cannot be used.
  package func open(
    today: @escaping @Sendable () -> CalendarDate,
    tell: @escaping @Sendable (RegistryFault?) -> Void = { _ in }
  ) throws(Invalid) -> RegistrySource {
    let hash: RegistryHash
    do throws(RegistryFault) { hash = try RegistryHash(keyFile: key) } catch {
      throw Invalid(description: error.detail)
    }
    let store =
      isPostgres
      ? PostgresRegistry.open(registry, hash: hash, lanes: lanes)
      : SQLiteRegistry.open(registry, hash: hash, lanes: lanes)
    return RegistrySource(
      name: name, hash: hash, store: store, hashes: hashes, portraits: portraits,
      timeout: timeout, today: today, tell: tell)
  }
}

extension RegistrySource {
  /// What an entry of the operator's list says to be one.
  package static let kind = "registry"

  /// Makes a source of an entry. The log says when its registry stops answering, why, and when it answers again.
  package static let maker: SourceMaker = { json in
    let settings = try RegistrySettings(json: json)
    let log = Log.process.with(.role, .operatorText(settings.name))
    return try settings.open(today: Self.todayInChina) { fault in
      if let fault {
        log.warning(
          "a registry does not answer",
          [.reason: .code(fault.reason), .state: .operatorText(fault.detail)])
      } else {
        log.info("a registry answers again")
      }
    }
  }

  /// UTC+8 the whole year.
  private static func todayInChina() -> CalendarDate {
    var (seconds, parts) = (time(nil) + 8 * 3600, tm())
    gmtime_r(&seconds, &parts)
    guard
      let date = CalendarDate(
        year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday))
    else { preconditionFailure("a clock outside the calendar") }
    return date
  }
}
