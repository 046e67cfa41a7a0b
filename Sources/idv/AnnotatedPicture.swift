// A picture with outlines and numbers drawn on it.

internal import ArgumentParser
internal import Media
internal import Messages
internal import Vocabulary

/// A decoded picture, upright, to draw on.
struct AnnotatedPicture: ~Copyable {
  private var pixels: PixelBuffer
  /// Width of lines, and of a dot of a digit.
  private let pen: Int

  /// - Throws: a command's end with a clear line if the picture cannot be decoded.
  init(_ file: Bytes) throws {
    do throws(ImageError) {
      let decoded = try ImageDecoder.decode(file)
      pixels = decoded.takePixels()
    } catch {
      note("idv: the picture \(error.message)")
      throw ExitCode(1)
    }
    pen = max(2, max(pixels.width, pixels.height) / 600)
  }

  struct Colour {
    let red: UInt8
    let green: UInt8
    let blue: UInt8

    static let green = Colour(red: 0, green: 200, blue: 60)
    static let blue = Colour(red: 40, green: 110, blue: 255)
    static let yellow = Colour(red: 255, green: 190, blue: 0)
    static let red = Colour(red: 230, green: 30, blue: 30)
  }

  /// The picture as a JPEG file.
  func jpeg() -> Bytes { pixels.jpeg() }

  /// Draws the polygon, and the number above its first corner.
  mutating func outline(_ polygon: Polygon?, _ colour: Colour, number: Int? = nil) {
    guard let points = polygon?.points, points.count > 1 else { return }
    for (index, point) in points.enumerated() {
      line(from: point, to: points[(index + 1) % points.count], colour)
    }
    if let number { digits(number, x: points[0].x, y: points[0].y, colour) }
  }

  private mutating func line(from a: Point, to b: Point, _ colour: Colour) {
    let (width, height) = (Float(pixels.width), Float(pixels.height))
    // What lies far outside is not walked to.
    func clamped(_ point: Point) -> (x: Float, y: Float) {
      (min(max(point.x, -width), 2 * width), min(max(point.y, -height), 2 * height))
    }
    let (from, to) = (clamped(a), clamped(b))
    let steps = max(1, Int(max(abs(to.x - from.x), abs(to.y - from.y))))
    for step in 0...steps {
      let share = Float(step) / Float(steps)
      dot(
        Int(from.x + share * (to.x - from.x)) - pen / 2,
        Int(from.y + share * (to.y - from.y)) - pen / 2, pen, colour)
    }
  }

  /// Marks each place with a dot.
  mutating func dots(_ places: [(x: Float, y: Float)], _ colour: Colour) {
    for place in places where abs(place.x) < 1e6 && abs(place.y) < 1e6 {
      dot(Int(place.x.rounded()), Int(place.y.rounded()), 1, colour)
    }
  }

  private mutating func dot(_ left: Int, _ top: Int, _ side: Int, _ colour: Colour) {
    let (width, height) = (pixels.width, pixels.height)
    pixels.withUnsafeMutableBytes { bytes in
      for y in max(0, top)..<max(0, min(height, top + side)) {
        for x in max(0, left)..<max(0, min(width, left + side)) {
          let at = (y * width + x) * PixelBuffer.channels
          bytes[at] = colour.red
          bytes[at + 1] = colour.green
          bytes[at + 2] = colour.blue
        }
      }
    }
  }

  /// Ten digits of three by five dots, a row an octal figure.
  private static let figures = [
    0o75557, 0o26227, 0o71747, 0o71717, 0o55711, 0o74717, 0o74757, 0o71111, 0o75757, 0o75717,
  ]

  private mutating func digits(_ number: Int, x: Float, y: Float, _ colour: Colour) {
    guard x.isFinite, y.isFinite, abs(x) < 1e6, abs(y) < 1e6 else { return }
    var left = Int(x)
    let top = max(0, Int(y) - 7 * pen)
    for character in String(number) {
      guard let digit = character.wholeNumberValue else { continue }
      for row in 0..<5 {
        for column in 0..<3 where Self.figures[digit] >> (3 * (4 - row) + 2 - column) & 1 == 1 {
          dot(left + column * pen, top + row * pen, pen, colour)
        }
      }
      left += 4 * pen
    }
  }
}
