// The fields and doubts of one card while it is read.

/// Grows while a layout is read.
struct Sheet {
  var fields: [DocumentField: FieldReading] = [:]
  var doubts: [FoundDoubt] = []

  /// Notes a doubt and lowers the fields it is about, so that none of them passes unseen.
  mutating func doubt(_ doubt: DocumentDoubt, _ concerned: DocumentField..., atMost: Double = 50) {
    self.doubt(doubt, concerned, atMost: atMost)
  }

  /// The same for fields in a list.
  mutating func doubt(_ doubt: DocumentDoubt, _ concerned: [DocumentField], atMost: Double = 50) {
    var found = FoundDoubt(doubt)
    found.fields = concerned
    if !doubts.contains(found) { doubts.append(found) }
    for field in concerned { lower(field, atMost) }
  }

  /// A field's confidence is at most `confidence` from now on.
  mutating func lower(_ field: DocumentField, _ confidence: Double) {
    guard let reading = fields[field] else { return }
    fields[field]?.confidence = min(reading.confidence, confidence)
  }

  /// A field's confidence is at least `confidence`, unless something of it is missing or under glare.
  mutating func raise(_ field: DocumentField, _ confidence: Double) {
    guard let reading = fields[field], !reading.incomplete, !reading.reflective else { return }
    fields[field]?.confidence = max(reading.confidence, confidence)
  }
}
