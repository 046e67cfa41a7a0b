// A JPEG encoder for tests: pictures of flat 8 × 8 blocks, in every variant the decoder has to tell
// apart.

/// Writes JPEGs whose blocks carry one value for each component and nothing else: the encoder is
/// fifty lines and the decoded values are exact.
struct FlatJPEG {
  var width: Int
  var height: Int
  /// 1 (grey), 3 (YCbCr) or 4 (with `adobe`, inverted CMYK).
  var components = 1
  /// Progressive with this many scans, nil for sequential. All scans but the first add nothing.
  var scans: Int?
  /// Sample precision in the header.
  var precision: UInt8 = 8
  /// Marker of the frame header, to name another coding process; nil for the right one.
  var frameMarker: UInt8?
  var adobe = false
  /// Body of an APP1 segment.
  var exif: [UInt8]?
  /// Sizes that the header claims instead of the true ones.
  var claimed: (width: Int, height: Int)?
  /// Value 0–255 of a component in block (x, y).
  var value: (_ component: Int, _ x: Int, _ y: Int) -> UInt8 = { _, _, _ in 128 }

  func encoded() -> [UInt8] {
    var out: [UInt8] = [0xFF, 0xD8]
    if let exif { segment(0xE1, exif, &out) }
    if adobe { segment(0xEE, Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, 0], &out) }
    // One quantisation table: a flat block's first coefficient is eight times its value.
    segment(0xDB, [0] + Array(repeating: 8, count: 64), &out)
    let marker = frameMarker ?? (scans == nil ? 0xC0 : 0xC2)
    let (w, h) = claimed ?? (width, height)
    var frame = [precision, UInt8(h >> 8), UInt8(h & 255), UInt8(w >> 8), UInt8(w & 255)]
    frame.append(UInt8(components))
    for id in 1...components { frame += [UInt8(id), 0x11, 0] }
    segment(marker, frame, &out)
    // Twelve 4-bit codes for the sizes of differences; one 1-bit code for "end of block".
    segment(0xC4, [0, 0, 0, 0, 12] + Array(repeating: 0, count: 12) + Array(0..<12), &out)
    segment(0xC4, [0x10, 1] + Array(repeating: 0, count: 15) + [0], &out)
    for scan in 0..<(scans ?? 1) { self.scan(scan, &out) }
    return out + [0xFF, 0xD9]
  }

  /// The first scan has the values of all components; later ones say for component 1 that nothing
  /// follows.
  private func scan(_ index: Int, _ out: inout [UInt8]) {
    let parts = index == 0 ? Array(1...components) : [1]
    let spectrum: [UInt8] = scans == nil ? [0, 63, 0] : index == 0 ? [0, 0, 0] : [1, 63, 0]
    segment(
      0xDA, [UInt8(parts.count)] + parts.flatMap { [UInt8($0), 0] } + spectrum, &out)
    var bits = BitWriter()
    var last = [Int](repeating: 0, count: components)
    for y in 0..<(height + 7) / 8 {
      for x in 0..<(width + 7) / 8 {
        for component in parts.map({ $0 - 1 }) {
          if index == 0 {
            let level = Int(value(component, x, y)) - 128
            bits.write(difference: level - last[component])
            last[component] = level
          }
          if scans == nil || index > 0 { bits.write(0, count: 1) }
        }
      }
    }
    out += bits.finished()
  }

  private func segment(_ marker: UInt8, _ body: [UInt8], _ out: inout [UInt8]) {
    let length = body.count + 2
    out += [0xFF, marker, UInt8(length >> 8), UInt8(length & 255)] + body
  }
}

/// Collects bits, first bit highest, with a zero byte behind every 0xFF.
private struct BitWriter {
  private var bytes: [UInt8] = []
  private var pending = 0
  private var pendingCount = 0

  mutating func write(difference: Int) {
    let size = Int.bitWidth - abs(difference).leadingZeroBitCount
    write(size, count: 4)
    write(difference >= 0 ? difference : difference + (1 << size) - 1, count: size)
  }

  mutating func write(_ value: Int, count: Int) {
    for bit in (0..<count).reversed() {
      pending = pending << 1 | (value >> bit & 1)
      pendingCount += 1
      if pendingCount == 8 { flush() }
    }
  }

  mutating func finished() -> [UInt8] {
    while pendingCount > 0 { write(1, count: 1) }
    return bytes
  }

  private mutating func flush() {
    bytes.append(UInt8(pending))
    if pending == 0xFF { bytes.append(0) }
    (pending, pendingCount) = (0, 0)
  }
}

/// An EXIF segment that says `orientation`.
func exifSegment(_ orientation: UInt16, little: Bool = true) -> [UInt8] {
  Array("Exif\0\0".utf8) + tiff(orientation, little: little)
}

/// A TIFF structure with one directory of one entry.
func tiff(
  _ orientation: UInt16, little: Bool = true, tag: UInt16 = 0x0112, type: UInt16 = 3,
  count: UInt32 = 1, directory: UInt32 = 8
) -> [UInt8] {
  func short(_ value: UInt16) -> [UInt8] {
    let bytes = [UInt8(value & 255), UInt8(value >> 8)]
    return little ? bytes : bytes.reversed()
  }
  func long(_ value: UInt32) -> [UInt8] {
    let bytes = (0..<4).map { UInt8(value >> ($0 * 8) & 255) }
    return little ? bytes : bytes.reversed()
  }
  return Array((little ? "II" : "MM").utf8) + short(42) + long(directory) + short(1) + short(tag)
    + short(type) + long(count) + short(orientation) + [0, 0] + long(8)
}
