// What `idv evaluate ocr` prints as JSON: the keys are a promise.

/// Accuracy on documents. Rates are fractions.
package struct OCRReport: Encodable {
  /// Resident IDs in their plain form. Nil without --truth.
  package let levels0to3: Readable?
  package let level4: Special?
  /// Nil without --bank.
  package let bank: Bank?
  /// What became of each field of resident IDs. Nil without --truth.
  package let fieldLosses: Losses?
  /// What stands behind the rates above: counts and exact 95 % bounds, by the same names.
  package let counts: [String: Count]
  /// Level-4 pictures that are simply to be read, every field exact, by condition.
  package let conditionRead: [String: Double]
  package let warnings: [Warning]
  package let kinds: [Kind]
  package let fields: [Field]
  package let pictures: Int
  /// Names of files that could not be read; they are in no rate.
  package let unread: [String]
  package let lanes: Int
  package let cpuSecondsPerPicture: Double
  package let picturesPerSecond: Double

  /// Resident IDs that are to be read exactly.
  package struct Readable: Encodable {
    package let idNumber: Double
    package let name: Double
    /// Fronts and backs of which every field is exact.
    package let allFields: Double
    package let back: Double
  }

  /// Resident IDs with one thing wrong.
  package struct Special: Encodable {
    package let wrongUnflagged: Double
    package let conditionRaised: [String: Double]
    package let falseAlarms0to2: Double
  }

  /// Bank cards.
  package struct Bank: Encodable {
    package let levels0to3: Numbers

    /// What is printed on them.
    package struct Numbers: Encodable {
      package let number: Double
      package let expiry: Double
    }
  }

  /// Fields that are wrong or have no value, one by one.
  package struct Losses: Encodable {
    package let levels0to3: Group
    package let level4: Group

    /// Of one group of pictures; each rate is of all their fields.
    package struct Group: Encodable {
      package let wrong: Count
      /// Nothing points this very field out: no mark, no low confidence, no warning that names it or lies on it.
      package let wrongUnmarked: Count
      package let lostMarked: Count
      package let lostUnmarked: Count

      init(_ losses: DocumentScores.FieldLosses) {
        wrong = Count(losses.wrong)
        wrongUnmarked = Count(losses.wrongUnmarked)
        lostMarked = Count(losses.lostMarked)
        lostUnmarked = Count(losses.lostUnmarked)
      }
    }
  }

  /// A rate as it was counted, with its exact 95 % bounds.
  package struct Count: Encodable {
    package let count: Int
    package let of: Int
    package let bounds: [Double]

    package init(_ rate: MeasuredRate) {
      count = rate.count
      of = rate.total
      bounds = [rate.lower, rate.upper]
    }
  }

  /// How often a warning is right, and how often it is given where it should be.
  package struct Warning: Encodable {
    package let condition: String
    package let precision: Count
    package let recall: Count
  }

  /// One kind of document or variant, levels 0–3.
  package struct Kind: Encodable {
    package let name: String
    package let recognised: Count
    package let allFields: Count
  }

  /// One field of one kind in one group of pictures.
  package struct Field: Encodable {
    package let kind: String
    package let field: String
    /// Level, condition or variant.
    package let group: String
    package let exact: Count
    package let characters: Count
  }

  /// - Parameters:
  ///   - lanes: that it ran on.
  ///   - hasCards: whether a list of cards was asked for.
  ///   - hasBank: whether one of bank cards was.
  package init(_ run: DocumentRun, lanes: Int, hasCards: Bool, hasBank: Bool) {
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
    fieldLosses =
      hasCards
      ? Losses(levels0to3: .init(scores.readableLosses), level4: .init(scores.specialLosses)) : nil
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
    unread = run.unread.map { String($0.split(separator: "/").last ?? "") }
    self.lanes = lanes
    cpuSecondsPerPicture = run.cpuSeconds / Double(max(1, pictures))
    picturesPerSecond = Double(pictures) / max(run.wallSeconds, 1e-9)
  }
}
