// What `idv evaluate ocr` prints.

internal import Evaluation

/// Accuracy on documents, as JSON and as tables. Rates are fractions.
struct OCRReport: Encodable {
  /// Resident IDs in their plain form. Nil without --truth.
  let levels0to3: Readable?
  let level4: Special?
  /// Nil without --bank.
  let bank: Bank?
  /// What stands behind the rates above: counts and exact 95 % bounds, by the same names.
  let counts: [String: Count]
  /// Level-4 pictures that are simply to be read, every field exact, by condition.
  let conditionRead: [String: Double]
  let warnings: [Warning]
  let kinds: [Kind]
  let fields: [Field]
  let pictures: Int
  let lanes: Int
  let cpuSecondsPerPicture: Double
  let picturesPerSecond: Double

  struct Readable: Encodable {
    let idNumber: Double
    let name: Double
    /// Fronts of which every field is exact.
    let allFields: Double
    /// Backs of which every field is exact.
    let back: Double
  }

  struct Special: Encodable {
    let wrongUnflagged: Double
    let conditionRaised: [String: Double]
    let falseAlarms0to2: Double
  }

  struct Bank: Encodable {
    let levels0to3: Numbers

    struct Numbers: Encodable {
      let number: Double
      let expiry: Double
    }
  }

  struct Count: Encodable {
    let count: Int
    let of: Int
    let bounds: [Double]

    init(_ rate: MeasuredRate) {
      count = rate.count
      of = rate.total
      bounds = [rate.lower, rate.upper]
    }

    var text: String {
      guard of > 0 else { return "none" }
      return "\(percent(Double(count) / Double(of))) (\(fixed(bounds[0] * 100, 2))–"
        + "\(fixed(bounds[1] * 100, 2))) \(count) of \(of)"
    }
  }

  struct Warning: Encodable {
    let condition: String
    let precision: Count
    let recall: Count
  }

  struct Kind: Encodable {
    let name: String
    let recognised: Count
    let allFields: Count
  }

  struct Field: Encodable {
    let kind: String
    let field: String
    /// Level, condition or variant.
    let group: String
    let exact: Count
    let characters: Count
  }

  init(_ run: DocumentRun, lanes: Int, hasCards: Bool, hasBank: Bool) {
    let scores = DocumentScores(run.scored)
    let rates = [
      "idNumber": scores.fronts(exact: "id_number"), "name": scores.fronts(exact: "name"),
      "allFields": scores.allFields, "back": scores.back,
    ]
    let numbers = scores.exact("number", kind: "bankCard")
    let expiries = scores.exact("expiry", kind: "bankCard")
    var counts: [String: MeasuredRate] = [:]
    if hasCards {
      counts = rates
      counts["wrongUnflagged"] = scores.wrongUnflagged
      counts["falseAlarms0to2"] = scores.falseAlarms
      for (condition, rate) in scores.conditionRaised { counts[condition] = rate }
      for (condition, rate) in scores.conditionRead { counts[condition] = rate }
    }
    if hasBank {
      counts["bank.number"] = numbers
      counts["bank.expiry"] = expiries
    }
    levels0to3 =
      hasCards
      ? Readable(
        idNumber: rates["idNumber"]?.value ?? 0, name: rates["name"]?.value ?? 0,
        allFields: scores.allFields.value, back: scores.back.value) : nil
    level4 =
      hasCards
      ? Special(
        wrongUnflagged: scores.wrongUnflagged.value,
        conditionRaised: scores.conditionRaised.mapValues(\.value),
        falseAlarms0to2: scores.falseAlarms.value) : nil
    bank =
      hasBank
      ? Bank(levels0to3: .init(number: numbers.value, expiry: expiries.value)) : nil
    self.counts = counts.mapValues(Count.init)
    conditionRead = scores.conditionRead.mapValues(\.value)
    warnings = scores.warningScores.map {
      Warning(condition: $0.condition, precision: Count($0.precision), recall: Count($0.recall))
    }
    kinds = scores.kinds.map {
      Kind(name: $0.name, recognised: Count($0.kind), allFields: Count($0.allExact))
    }
    fields = scores.fieldScores.map {
      Field(
        kind: $0.kind, field: $0.field, group: $0.group, exact: Count($0.exact),
        characters: Count($0.characters))
    }
    pictures = run.scored.count
    self.lanes = lanes
    cpuSecondsPerPicture = run.cpuSeconds / Double(max(1, pictures))
    picturesPerSecond = Double(pictures) / max(run.wallSeconds, 1e-9)
  }

  func printTable() {
    print("exact with 95 % bounds; levels 0–3 unless said otherwise")
    for (name, title) in [
      ("idNumber", "ID number"), ("name", "name"), ("allFields", "every field of the front"),
      ("back", "every field of the back"), ("bank.number", "bank card number"),
      ("bank.expiry", "bank card expiry"),
      ("falseAlarms0to2", "false alarms, levels 0–2"),
      ("wrongUnflagged", "level 4: wrong and not flagged"),
    ] {
      if let count = counts[name] { print(left(title, 34) + count.text) }
    }
    if !warnings.isEmpty {
      print("\n" + left("condition, level 4", 24) + left("raised", 34) + "right when raised")
    }
    for row in warnings {
      print(left(row.condition, 24) + left(row.recall.text, 34) + row.precision.text)
    }
    if !conditionRead.isEmpty {
      print("\n" + left("simply read, level 4", 24) + "every field exact")
    }
    for name in conditionRead.keys.sorted() {
      print(left(name, 24) + (counts[name]?.text ?? ""))
    }
    print("\n" + left("kind or variant", 36) + left("recognised", 34) + "every field exact")
    for row in kinds {
      print(left(row.name, 36) + left(row.recognised.text, 34) + row.allFields.text)
    }
    print(
      "\n" + left("kind", 34) + left("field", 16) + left("level or condition", 20)
        + right("fields", 12) + right("characters", 12))
    for row in fields {
      print(
        left(row.kind, 34) + left(row.field, 16) + left(row.group, 20)
          + right("\(row.exact.count)/\(row.exact.of)", 12)
          + right("\(row.characters.count)/\(row.characters.of)", 12))
    }
    print(
      "\n\(pictures) pictures, \(lanes) lanes: \(fixed(cpuSecondsPerPicture, 3)) s CPU each, "
        + "\(fixed(picturesPerSecond, 2)) a second")
  }
}
