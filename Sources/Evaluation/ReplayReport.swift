// What `idv evaluate replay` says, as JSON.

internal import Liveness

/// The JSON of a run. Rates are fractions with exact 95 % bounds.
package struct ReplayReport: Encodable {
  package struct Row: Encodable {
    package let name: String
    package let n: Int
    package let seen: Int
    package let rate: Double
    package let bounds95: [Double]
    /// Moved too little to be judged.
    package let unjudged: Int

    init(_ row: ReplayRow) {
      name = row.name
      n = row.seen.total
      seen = row.seen.count
      rate = row.seen.value
      bounds95 = [row.seen.lower, row.seen.upper]
      unjudged = row.unjudged
    }
  }

  /// Films that move too little to be known again: Enhanced sends them to REVIEW.
  package struct Still: Encodable {
    package let n: Int
    package let still: Int
    package let rate: Double
    package let bounds95: [Double]
  }

  package let films: Int
  /// Of them those that move enough.
  package let judged: Int
  package let tooStill: Still
  /// Files that could not be read; they count nowhere.
  package let unread: [String]
  /// Share of differing bits up to which two runs are of one film.
  package let bitErrorMax: Double
  /// Recall.
  package let copies: [Row]
  /// False matches.
  package let otherPeople: Row
  package let sameRecording: Row
  /// Pairs of films of different people, and the share of bits by which they differ at best.
  package let pairs: Int
  package let pairErrorLeast: Double?
  package let pairErrorHundredth: Double?

  package init(_ results: ReplayResults) {
    films = results.films
    judged = results.judged
    let still = MeasuredRate(count: results.films - results.judged, total: results.films)
    tooStill = Still(
      n: still.total, still: still.count, rate: still.value, bounds95: [still.lower, still.upper])
    unread = results.unread
    bitErrorMax = ReplayLimits.bitErrorMax
    copies = results.copies.map(Row.init)
    otherPeople = Row(results.otherPeople)
    sameRecording = Row(results.sameRecording)
    pairs = results.pairErrors?.pairs ?? 0
    pairErrorLeast = results.pairErrors?.least
    pairErrorHundredth = results.pairErrors?.hundredth
  }
}
