// Every place of the table by the names that addresses begin with.

extension Region {
  /// A county or district, or a city as a whole, with the names of what it lies in.
  package struct Place: Sendable, Hashable {
    /// Six digits.
    package let code: String
    package let province: String
    /// Nil for a city's own entry under a province, and where there is none that says something.
    package let city: String?
    package let name: String
  }

  /// Every place under every name it has had.
  package static let places: [Place] = {
    var places: [Place] = []
    for (code, entries) in table where code % 10_000 != 0 {
      guard let province = table[code / 10_000 * 10_000]?.last?.name else { continue }
      let city =
        code % 100 == 0
        ? nil : table[code / 100 * 100]?.last.flatMap { isSaying($0.name) ? $0.name : nil }
      for name in Set(entries.map(\.name)) where isSaying(name) {
        places.append(Place(code: String(code), province: province, city: city, name: name))
      }
    }
    return places.sorted { ($0.code, $0.name) < ($1.code, $1.name) }
  }()

  /// Whether a name is that of one place only: not one that stands for all districts of a city.
  private static func isSaying(_ name: String) -> Bool {
    name != "县" && !aggregates.values.contains(name) && !name.hasPrefix("省直辖")
      && !name.hasPrefix("自治区直辖")
  }
}
