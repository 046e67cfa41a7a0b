// Fuzzes image decoding: whatever comes out has the size that was promised, within the limits. And the
// search for the parts of a map, whose values come from a model and a hostile picture.

import Media
import Vocabulary

/// Tight, so that most inputs are cheap, with no least side, so that none is refused for being small.
private let limits = ImageLimits(sideMax: 1024, sideMin: 1, memoryBytesMax: 32 << 20)

let mediaEntries = [
  FuzzEntry(name: "image") { decode($0, longSideWanted: nil) },
  FuzzEntry(name: "image-scaled") { decode($0, longSideWanted: 64) },
  FuzzEntry(name: "map-parts", feed: findParts),
]

private func decode(_ input: UnsafeRawBufferPointer, longSideWanted: Int?) {
  guard
    let image = try? ImageDecoder.decode(
      Bytes(copying: input), limits: limits, longSideWanted: longSideWanted)
  else { return }
  let side = max(image.fullWidth, image.fullHeight)
  precondition(side <= limits.sideMax, "a picture over its limit")
  let pixels = image.takePixels()
  precondition(pixels.width > 0 && pixels.height > 0, "a picture without pixels")
  let sum = pixels.withUnsafeBytes { bytes in
    precondition(bytes.count == pixels.count, "another size than promised")
    return bytes.reduce(0) { $0 &+ Int($1) }
  }
  precondition(sum >= 0, "read every byte")
}

/// The first byte is the map's width; then a float for each place, of any bits.
private func findParts(_ input: UnsafeRawBufferPointer) {
  guard let first = input.first else { return }
  let width = Int(first % 64) + 1
  let values = (0..<(input.count - 1) / 4).map { index in
    Float(bitPattern: input.loadUnaligned(fromByteOffset: 1 + 4 * index, as: UInt32.self))
  }
  let height = values.count / width
  guard height > 0 else { return }
  let most = 8
  values.withUnsafeBufferPointer { values in
    let map = ProbabilityMap(
      UnsafeBufferPointer(rebasing: values.prefix(width * height)), width: width, height: height)
    let parts = map.components(above: 0.3, pixelsMin: 2, most: most)
    precondition(parts.count <= most, "more parts than asked for")
    for part in parts {
      precondition(part.pixelCount >= 2, "a part that is too small")
      precondition(part.top >= 0 && part.top + part.extents.count <= height, "rows outside the map")
      precondition(
        part.extents.allSatisfy { $0.lowerBound >= 0 && $0.upperBound < width },
        "columns outside the map")
    }
    if values.count >= 8 { _ = map.mean(inside: values.prefix(8).map(Double.init)) }
  }
}
