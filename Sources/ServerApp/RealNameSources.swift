// The operator's sources of real-name answers, as a file lists them.

internal import FoundationEssentials
internal import RealName

/// Reads `realName.sourcesFile`:
/// `{"sources": [{"kind": "…", "order": 0, "weight": 1, …what the kind takes…}]}`.
enum RealNameSources {
  /// Largest file that is read, in bytes.
  static let bytesMax = 1 << 20
  /// Most sources.
  static let sourcesMax = 64
  /// Where sources must process, ISO 3166-1 alpha-2: personal data of people in mainland China does not leave it.
  static let region = "CN"

  private struct File: Decodable {
    let sources: [Entry]
  }

  private struct Entry: Decodable {
    let kind: String
    let order: Int?
    let weight: Int?
  }

  /// The sources of `file`, none without one.
  /// - Parameter makers: by the kinds that this build has.
  /// - Throws: one line for the operator; never a value of the file but names of kinds.
  static func routes(
    file: String?, makers: [String: SourceMaker]
  ) throws(SettingsError) -> [SourceRoute] {
    guard let file else { return [] }
    guard let data = try? Data(contentsOf: URL(filePath: file)), data.count <= bytesMax,
      let entries = try? JSONDecoder().decode(File.self, from: data).sources,
      let raw = rawEntries(data), raw.count == entries.count
    else {
      throw SettingsError(
        description: "realName.sourcesFile \(file) cannot be read, or is not {\"sources\": […]}")
    }
    guard entries.count <= sourcesMax else {
      throw SettingsError(
        description: "realName.sourcesFile \(file) has more than \(sourcesMax) sources")
    }
    var routes: [SourceRoute] = []
    var names: Set<String> = []
    for (index, entry) in entries.enumerated() {
      guard let make = makers[entry.kind] else {
        throw SettingsError(
          description: "realName.sourcesFile \(file): source \(index + 1) is of a kind that this "
            + "build does not have; it has \(makers.keys.sorted().joined(separator: ", "))")
      }
      let weight = entry.weight ?? 1
      guard (1...1000).contains(weight), (0...1000).contains(entry.order ?? 0) else {
        throw SettingsError(
          description:
            "realName.sourcesFile \(file): source \(index + 1): weight must be 1 to 1000 "
            + "and order 0 to 1000")
      }
      do {
        let source = try make(Array(raw[index]))
        guard names.insert(source.profile.name).inserted else {
          throw SettingsError(description: "another source has its name")
        }
        guard source.profile.region == Self.region else {
          throw SettingsError(
            description: "its region is \(source.profile.region); this build asks sources in "
              + "\(Self.region) only")
        }
        routes.append(SourceRoute(source, order: entry.order ?? 0, weight: weight))
      } catch {
        throw SettingsError(
          description: "realName.sourcesFile \(file): source \(index + 1): \(error)")
      }
    }
    return routes
  }

  /// Each entry as JSON of its own.
  private static func rawEntries(_ data: Data) -> [Data]? {
    guard let tree = try? JSONDecoder().decode([String: [JSONTree]].self, from: data) else {
      return nil
    }
    return tree["sources"]?.compactMap { try? JSONEncoder().encode($0) }
  }
}

/// Any JSON.
private enum JSONTree: Codable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case list([JSONTree])
  case object([String: JSONTree])

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let flag = try? value.decode(Bool.self) {
      self = .bool(flag)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let list = try? value.decode([JSONTree].self) {
      self = .list(list)
    } else {
      self = .object(try value.decode([String: JSONTree].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .null: try value.encodeNil()
    case .bool(let flag): try value.encode(flag)
    case .number(let number):
      if let whole = Int(exactly: number) {
        try value.encode(whole)
      } else {
        try value.encode(number)
      }
    case .text(let text): try value.encode(text)
    case .list(let list): try value.encode(list)
    case .object(let object): try value.encode(object)
    }
  }
}
