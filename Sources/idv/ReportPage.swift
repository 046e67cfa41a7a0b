// What the HTML reports of `idv evaluate` are made of: one file that stands alone, pictures inside it.

internal import ArgumentParser
internal import FoundationEssentials
internal import Media
internal import Vocabulary

/// Parts of a page.
enum ReportPage {
  /// Longer side of an example picture, about.
  static let side = 200

  /// - Parameter title: plain text.
  static func head(_ title: String) -> String {
    """
    <!doctype html><meta charset="utf-8"><title>\(escaped(title))</title>
    <style>body{font:14px sans-serif;margin:2em}figure{display:inline-block;margin:4px;width:\(side)px;\
    vertical-align:top}img{max-width:100%}table{border-collapse:collapse}td,th{padding:2px 10px;text-align:right}
    .bad{outline:3px solid #c22}</style>
    <h1>\(escaped(title))</h1>
    """
  }

  /// - Parameter picture: a JPEG in base 64; nil shows the caption alone.
  static func figure(_ picture: String?, caption: String, isBad: Bool) -> String {
    let image = picture.map { "<img src=\"data:image/jpeg;base64,\($0)\">" } ?? ""
    return
      "<figure\(isBad ? " class=bad" : "")>\(image)<figcaption>\(escaped(caption))</figcaption></figure>"
  }

  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
  }

  static func write(_ page: String, to path: String) throws {
    do {
      try Data(page.utf8).write(to: URL(filePath: path))
    } catch {
      note("idv: cannot write \(path)")
      throw ExitCode(1)
    }
  }

  /// A small JPEG of a picture, or of a clip's first frame, in base 64; nil if the file cannot be read.
  static func thumbnail(_ path: String) -> String? {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else { return nil }
    if let picture = try? ImageDecoder.decode(Bytes(data)) { return small(picture.takePixels()) }
    return frames(path, at: [0])[0]
  }

  /// The same of a clip's frames at `times`, in seconds since its first one, each nil if there is none.
  static func frames(_ path: String, at times: [Double]) -> [String?] {
    var found = [String?](repeating: nil, count: times.count)
    guard let data = try? Data(contentsOf: URL(filePath: path)) else { return found }
    let order = times.indices.sorted { times[$0] < times[$1] }
    var next = 0
    _ = try? VideoDecoder.decode(
      Bytes(data), limits: .evaluation, wanted: .at(order.map { times[$0] })
    ) { frame in
      let seconds = frame.seconds
      var picture: String?
      let pixels = frame.takePixels()
      while next < order.count, times[order[next]] <= seconds + 0.001 {
        if picture == nil { picture = small(pixels) }
        found[order[next]] = picture
        next += 1
      }
      return next < order.count
    }
    return found
  }

  private static func small(_ picture: borrowing PixelBuffer) -> String {
    if max(picture.width, picture.height) >= 2 * side { return small(picture.halved()) }
    return picture.jpeg(quality: 80).withUnsafeBytes { Data($0).base64EncodedString() }
  }
}
