// The demo's pictures changed on purpose: cut, turned, shrunk, put together.

import FoundationEssentials
import Media
import Messages
import TestSupport
import Vocabulary

enum DemoPicture {
  static func bytes(_ name: String) throws -> Bytes {
    Bytes(try Workplace.read(Workplace.deps + "/demo/" + name))
  }

  static func media(_ bytes: Bytes) -> Media {
    var media = Media()
    media.inline = bytes
    return media
  }

  static func media(_ name: String) throws -> Media { media(try bytes(name)) }

  static func decoded(_ name: String) throws -> PixelBuffer {
    let decoded = try ImageDecoder.decode(try bytes(name))
    return decoded.takePixels()
  }

  static func turned(_ name: String, by degrees: Int) throws -> Bytes {
    try decoded(name).turned(clockwise: degrees).jpeg()
  }

  /// The part from `x` and `y` on, 0–1, of this share of the width and height.
  static func cut(
    _ name: String, x: Double, y: Double, width: Double, height: Double
  ) throws -> Bytes {
    let whole = try decoded(name)
    let (left, top) = (Int(x * Double(whole.width)), Int(y * Double(whole.height)))
    var part = PixelBuffer(
      width: Int(width * Double(whole.width)), height: Int(height * Double(whole.height)), red: 0,
      green: 0, blue: 0)
    copy(whole, left, top, to: &part, 0, 0)
    return part.jpeg()
  }

  /// `upper` laid on `lower` so that the part's upper left corner is at `x` and `y`, in pixels.
  static func laid(
    _ upper: String, part: (x: Int, y: Int, width: Int, height: Int), on lower: String, x: Int,
    y: Int
  ) throws -> Bytes {
    var whole = try decoded(lower)
    let picture = try decoded(upper)
    var cutting = PixelBuffer(width: part.width, height: part.height, red: 0, green: 0, blue: 0)
    copy(picture, part.x, part.y, to: &cutting, 0, 0)
    copy(cutting, 0, 0, to: &whole, x, y)
    return whole.jpeg()
  }

  /// A sixteenth of the width and height after four halvings.
  static func shrunk(_ name: String, halvings: Int) throws -> Bytes {
    var picture = try decoded(name)
    for _ in 0..<halvings { picture = picture.halved() }
    return picture.jpeg()
  }

  /// One above the other.
  static func sheet(_ upper: String, _ lower: String) throws -> Bytes {
    let a = try decoded(upper)
    let b = try decoded(lower)
    var sheet = PixelBuffer(
      width: max(a.width, b.width), height: a.height + b.height, red: 90, green: 80, blue: 70)
    copy(a, 0, 0, to: &sheet, 0, 0)
    copy(b, 0, 0, to: &sheet, 0, a.height)
    return sheet.jpeg()
  }

  private static func copy(
    _ from: borrowing PixelBuffer, _ left: Int, _ top: Int, to target: inout PixelBuffer, _ x: Int,
    _ y: Int
  ) {
    let columns = min(from.width - left, target.width - x)
    let rows = min(from.height - top, target.height - y)
    let (fromWidth, targetWidth, channels) = (from.width, target.width, PixelBuffer.channels)
    from.withUnsafeBytes { source in
      target.withUnsafeMutableBytes { out in
        for row in 0..<rows {
          let (a, b) = (((top + row) * fromWidth + left), ((y + row) * targetWidth + x))
          for byte in 0..<columns * channels {
            out[b * channels + byte] = source[a * channels + byte]
          }
        }
      }
    }
  }
}
