// Reads the truth files of document pictures: what each one shows and what is written on it.

internal import FoundationEssentials

/// One picture of a document and what is known about it.
package struct LabelledDocument: Sendable, Equatable {
  /// Path of the picture, that of the truth file's folder included.
  package let path: String
  /// What it shows, by the name that `Documents.DocumentKind` gives it.
  package let kind: String
  /// 0 a flat scan, 1–3 photographs from easy to hard, 4 an easy one with one thing wrong.
  package let level: Int
  /// What is wrong, at level 4.
  package let condition: String?
  /// What sets it apart from the kind's plain form: another script, a rare character.
  package let variant: String?
  /// What is written on it, by the names that the answer's fields have.
  package let fields: [String: String]

  package init(
    path: String, kind: String, level: Int, condition: String? = nil, variant: String? = nil,
    fields: [String: String]
  ) {
    self.path = path
    self.kind = kind
    self.level = level
    self.condition = condition
    self.variant = variant
    self.fields = fields
  }

  /// Whether it is the back of a card.
  package var isBack: Bool { kind.hasSuffix("Back") }

  /// Whether it is a resident ID in its plain form, of which the aims speak.
  package var isPlainResident: Bool { kind.hasPrefix("residentID") && variant == nil }
}

/// Reads `truth.json` and `truth_bank.json`; pictures lie beside the file unless their paths are absolute.
package enum DocumentTruth {
  /// The names of the truth's fields → those of the answer. A field that is not listed is not compared.
  private static let names = [
    "name": "name", "name_latin": "latin_name", "sex": "sex", "nation": "nation",
    "nationality": "nationality", "birth": "birth_date", "address": "address",
    "idnum": "id_number", "authority": "authority", "valid": "valid_period",
    "valid_from": "valid_from", "valid_to": "valid_until", "pass_no": "pass_number",
    "issue_count": "issue_count", "passport_no": "number", "permit_no": "number",
    "birth_place": "birth_place", "issue_date": "issue_date", "issue_place": "issue_place",
    "state": "issuing_state", "mrz1": "mrz1", "mrz2": "mrz2", "mrz3": "mrz3",
  ]

  private struct Record: Decodable {
    let file: String
    /// Absent in files that hold resident IDs alone.
    let kind: String?
    let side: String
    let level: Int
    let condition: String?
    let variant: String?
    let fields: [String: String]
  }

  private struct BankRecord: Decodable {
    let file: String
    let level: Int
    let number: String
    let validThru: String

    enum CodingKeys: String, CodingKey {
      case file, level, number
      case validThru = "valid_thru"
    }
  }

  /// - Throws: if the file cannot be read or is not such a list.
  package static func read(atPath path: String) throws(ListError) -> [LabelledDocument] {
    let folder = CSVRows.folder(of: path)
    return try decode([Record].self, path).map { record in
      var fields: [String: String] = [:]
      for (name, value) in record.fields {
        if let name = names[name] { fields[name] = value }
      }
      // Where the country is printed in Chinese, that is what is read.
      if let printed = record.fields["nationality_cn"] { fields["nationality"] = printed }
      let kind = record.side == "back" ? "residentIDBack" : "residentIDFront"
      return LabelledDocument(
        path: place(of: record.file, in: folder), kind: record.kind ?? kind, level: record.level,
        condition: record.condition, variant: record.variant, fields: fields)
    }
  }

  /// - Throws: if the file cannot be read or is not such a list.
  package static func readBankCards(atPath path: String) throws(ListError) -> [LabelledDocument] {
    let folder = CSVRows.folder(of: path)
    return try decode([BankRecord].self, path).map { record in
      LabelledDocument(
        path: place(of: record.file, in: folder), kind: "bankCard", level: record.level,
        fields: ["number": record.number, "expiry": expiry(record.validThru)])
    }
  }

  private static func place(of file: String, in folder: String) -> String {
    file.hasPrefix("/") ? file : folder + file
  }

  /// MM/YY as the answer writes it, MM/YYYY. Cards live for years, not centuries.
  private static func expiry(_ printed: String) -> String {
    let parts = printed.split(separator: "/")
    return parts.count == 2 && parts[1].count == 2 ? "\(parts[0])/20\(parts[1])" : printed
  }

  private static func decode<Value: Decodable>(
    _ type: Value.Type, _ path: String
  ) throws(ListError) -> Value {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else {
      throw ListError(description: "cannot read \(path)")
    }
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch {
      throw ListError(description: "\(path) is not a list of labelled documents")
    }
  }
}
