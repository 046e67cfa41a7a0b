// A PNG encoder for tests: stored (uncompressed) pixels, any colour type and depth, any extra
// chunks.

/// Writes PNGs byte by byte.
struct PlainPNG {
  var width: Int
  var height: Int
  var depth: UInt8 = 8
  /// 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha.
  var colourType: UInt8 = 2
  var interlaced = false
  /// Chunks between the header and the pixels.
  var before: [(type: String, body: [UInt8])] = []
  /// Chunks behind the pixels.
  var after: [(type: String, body: [UInt8])] = []
  /// The samples of pixel (x, y), already packed into whole bytes; depth below 8 is not supported.
  var pixel: (_ x: Int, _ y: Int) -> [UInt8]

  func encoded() -> [UInt8] {
    var out: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let header = big(width) + big(height) + [depth, colourType, 0, 0, interlaced ? 1 : 0]
    out += Self.chunk("IHDR", header)
    for chunk in before { out += Self.chunk(chunk.type, chunk.body) }
    out += Self.chunk("IDAT", Self.stored(scanLines()))
    for chunk in after { out += Self.chunk(chunk.type, chunk.body) }
    return out + Self.chunk("IEND", [])
  }

  /// Rows with their filter byte, in seven passes if interlaced.
  private func scanLines() -> [UInt8] {
    let passes =
      interlaced
      ? [
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
        (0, 1, 1, 2),
      ]
      : [(0, 0, 1, 1)]
    var lines: [UInt8] = []
    for (left, top, stepX, stepY) in passes where left < width {
      for y in stride(from: top, to: height, by: stepY) {
        lines.append(0)
        for x in stride(from: left, to: width, by: stepX) { lines += pixel(x, y) }
      }
    }
    return lines
  }

  static func chunk(_ type: String, _ body: [UInt8]) -> [UInt8] {
    let checked = Array(type.utf8) + body
    return big(body.count) + checked + big(Int(crc(checked)))
  }

  /// A zlib stream of stored blocks.
  static func stored(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = [0x78, 0x01]
    var rest = bytes[...]
    repeat {
      let block = rest.prefix(65_535)
      rest = rest.dropFirst(block.count)
      let count = block.count
      out += [rest.isEmpty ? 1 : 0, UInt8(count & 255), UInt8(count >> 8)]
      out += [UInt8(~count & 255), UInt8(~count >> 8 & 255)]
      out += block
    } while !rest.isEmpty
    var (a, b) = (1, 0)
    for byte in bytes {
      a = (a + Int(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return out + big(b << 16 | a)
  }

  private static let crcTable: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1
    }
  }

  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { crcTable[Int(($0 ^ UInt32($1)) & 255)] ^ ($0 >> 8) }
  }
}

private func big(_ value: Int) -> [UInt8] {
  [UInt8(value >> 24 & 255), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
}
