// What `idv evaluate ocr` prints as tables.

internal import Evaluation

extension OCRReport.Count {
  fileprivate var text: String {
    guard of > 0 else { return "none" }
    return "\(percent(Double(count) / Double(of))) (\(fixed(bounds[0] * 100, 2))–"
      + "\(fixed(bounds[1] * 100, 2))) \(count) of \(of)"
  }
}

extension OCRReport {
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
    printLosses()
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
  private func printLosses() {
    guard let fieldLosses else { return }
    print("\n" + left("fields of resident IDs", 34) + left("levels 0–3", 34) + "level 4")
    let (easy, special) = (fieldLosses.levels0to3, fieldLosses.level4)
    for (title, first, second) in [
      ("wrong", easy.wrong, special.wrong),
      ("wrong, not itself pointed out", easy.wrongUnmarked, special.wrongUnmarked),
      ("lost, and said to be", easy.lostMarked, special.lostMarked),
      ("lost, and nothing said", easy.lostUnmarked, special.lostUnmarked),
    ] {
      print(left(title, 34) + left(first.text, 34) + second.text)
    }
  }
}
