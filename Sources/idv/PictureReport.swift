// What `idv evaluate faces --misc` prints of single pictures.

internal import Decisions
internal import Evaluation

/// Single pictures and how often masks are suspected, as JSON and as a table.
struct PictureReport: Encodable {
  let level: Int
  let rows: [Row]
  let masks: Masks

  /// One picture.
  struct Row: Encodable {
    let path: String
    let tag: String
    /// As labelled, and as found; null if nobody counted or the picture could not be read.
    let faces: Int?
    let facesFound: Int?
    /// `usable`, or the name of the first reason against it.
    let verdict: String
    let measured: Double?
    let limit: Double?
    let maskSuspicion: Double?
    let maskFlagged: Bool
  }

  /// How often a mask is suspected; `others` and `pairs` count pictures with a face only.
  struct Masks: Encodable {
    let tagged: Count
    let others: Count
    let pairs: Count
  }

  /// A count with its exact 95 % bounds.
  struct Count: Encodable {
    let flagged: Int
    let of: Int
    let bounds: [Double]

    init(_ rate: MeasuredRate) {
      flagged = rate.count
      of = rate.total
      bounds = [rate.lower, rate.upper]
    }

    var text: String {
      guard of > 0 else { return "none looked at" }
      return "\(flagged) of \(of) (\(fixed(bounds[0] * 100, 1))–\(fixed(bounds[1] * 100, 1)) %)"
    }
  }

  init(
    _ survey: [SurveyedPicture], _ pairs: [String: FaceEvidence], _ policy: FaceQualityPolicy
  ) {
    level = FaceQualityPolicy.levelDefault
    rows = survey.map { seen in
      Row(
        path: seen.picture.path, tag: seen.picture.tag, faces: seen.picture.faces,
        facesFound: seen.facesFound,
        verdict: seen.obstacle.map { "\($0.code)" } ?? "usable", measured: seen.obstacle?.measured,
        limit: seen.obstacle?.limit, maskSuspicion: seen.maskSuspicion,
        maskFlagged: seen.isMaskFlagged)
    }
    let counts = MaskCounts(survey, pairs: pairs, policy: policy)
    masks = Masks(
      tagged: Count(counts.tagged), others: Count(counts.others), pairs: Count(counts.pairs))
  }

  func printTable() {
    print(
      left("picture", 34) + left("tag", 27) + right("faces", 6) + right("found", 6) + "  "
        + left("quality level \(level)", 42) + "mask suspicion")
    for row in rows {
      let name = row.path.split(separator: "/").suffix(2).joined(separator: "/")
      var verdict = row.verdict
      if let measured = row.measured { verdict += " \(fixed(measured, 2))" }
      if let limit = row.limit { verdict += " (limit \(fixed(limit, 2)))" }
      print(
        left(name, 34) + left(row.tag, 27) + right(row.faces.map(String.init) ?? "–", 6)
          + right(row.facesFound.map(String.init) ?? "–", 6) + "  " + left(verdict, 42)
          + right(row.maskSuspicion.map { fixed($0, 1) } ?? "–", 5)
          + (row.maskFlagged ? "  flagged" : ""))
    }
    print("masks flagged, tagged with a mask: \(masks.tagged.text)")
    print("masks flagged, other pictures with a face: \(masks.others.text)")
    if masks.pairs.of > 0 { print("masks flagged, pictures of pairs: \(masks.pairs.text)") }
  }
}
