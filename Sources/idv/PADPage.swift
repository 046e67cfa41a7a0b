// The report of `idv evaluate pad` as a page with small example pictures in it.

internal import ArgumentParser
internal import Evaluation
internal import FoundationEssentials
internal import Media
internal import Vision
internal import Vocabulary

/// A page that stands alone: pictures are inside it.
struct PADPage {
  private let scored: [ScoredPresentation]
  /// Longer side of an example, and most of them of one kind.
  private static let side = 200
  private static let examplesMax = 24

  init(_ scored: [ScoredPresentation]) { self.scored = scored }

  func write(to path: String) throws {
    do {
      try Data(text.utf8).write(to: URL(filePath: path))
    } catch {
      note("idv: cannot write \(path)")
      throw ExitCode(1)
    }
  }

  private var text: String {
    var page = """
      <!doctype html><meta charset="utf-8"><title>idv evaluate pad</title>
      <style>body{font:14px sans-serif;margin:2em}figure{display:inline-block;margin:4px;width:\(Self.side)px;\
      vertical-align:top}img{max-width:100%}table{border-collapse:collapse}td,th{padding:2px 10px;text-align:right}
      .bad{outline:3px solid #c22}</style>
      <h1>Presentation attacks</h1><p>Rates as ISO/IEC 30107-3; bounds 95 %, exact.
      <table><tr><th>part<th>species<th>n<th>accepted<th>upper bound<th>no answer
      """
    for part in ["videos", "full", "crop"] {
      let own = scored.filter { $0.truth.part == part }
      guard !own.isEmpty else { continue }
      let rates = PresentationRates(own)
      for species in rates.species {
        page += row(part, species.name, species.accepted, species.unanswered)
      }
      page += row(
        part, "live",
        MeasuredRate(count: rates.refused.total - rates.refused.count, total: rates.refused.total),
        rates.unanswered)
    }
    page += "</table>"
    let kinds: [(String, (ScoredPresentation) -> Bool)] = [
      ("Attacks accepted", { $0.truth.label == .attack && $0.isAccepted }),
      ("Living people refused", { $0.truth.label == .live && !$0.isAccepted }),
      ("Attacks refused", { $0.truth.label == .attack && !$0.isAccepted }),
      ("Living people accepted", { $0.truth.label == .live && $0.isAccepted }),
      ("Deepfakes", { $0.truth.label == .deepfake }),
    ]
    for (index, kind) in kinds.enumerated() {
      let own = scored.filter(kind.1)
      page += "<h2>\(kind.0): \(own.count)</h2>"
      for one in own.prefix(Self.examplesMax) { page += figure(one, isBad: index < 2) }
    }
    return page
  }

  private func row(
    _ part: String, _ name: String, _ accepted: MeasuredRate, _ unanswered: MeasuredRate
  ) -> String {
    "<tr><td>\(part)<td>\(Self.escaped(name))<td>\(accepted.total)<td>\(percent(accepted.value))"
      + "<td>\(percent(accepted.upper))<td>\(percent(unanswered.value))"
  }

  private func figure(_ one: ScoredPresentation, isBad: Bool) -> String {
    let score = one.reading?.score.map { fixed($0, 3) } ?? "no score"
    let reasons = (one.reading?.doubts.map(\.rawValue) ?? []) + one.obstacles
    let caption =
      "\(one.truth.subject), \(one.truth.species), \(one.truth.part): \(score) \(reasons.joined(separator: " "))"
    let picture =
      Self.thumbnail(one.truth.path).map { "<img src=\"data:image/jpeg;base64,\($0)\">" } ?? ""
    return
      "<figure\(isBad ? " class=bad" : "")>\(picture)<figcaption>\(Self.escaped(caption))</figcaption></figure>"
  }

  /// A small JPEG of a picture, or of a clip's first frame, in base 64; nil if the file cannot be read.
  private static func thumbnail(_ path: String) -> String? {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else { return nil }
    var pixels: PixelBuffer
    if let picture = try? ImageDecoder.decode(Bytes(data)) {
      pixels = picture.takePixels()
    } else {
      var first: PixelBuffer?
      _ = try? VideoDecoder.decode(Bytes(data), limits: .evaluation) { frame in
        first = frame.takePixels()
        return false
      }
      guard let frame = first.take() else { return nil }
      pixels = frame
    }
    while max(pixels.width, pixels.height) >= 2 * side { pixels = pixels.halved() }
    let file = pixels.jpeg(quality: 80)
    return file.withUnsafeBytes { Data($0).base64EncodedString() }
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
  }
}
