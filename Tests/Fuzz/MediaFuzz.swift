// Fuzzes image decoding: whatever comes out has the size that was promised, within the limits.

import Media
import Vocabulary

/// Tight, so that most inputs are cheap, with no least side, so that none is refused for being small.
private let limits = ImageLimits(sideMax: 1024, sideMin: 1, memoryBytesMax: 32 << 20)

let mediaEntries = [
  FuzzEntry(name: "image") { decode($0, longSideWanted: nil) },
  FuzzEntry(name: "image-scaled") { decode($0, longSideWanted: 64) },
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
