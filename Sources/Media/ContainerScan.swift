// Walks over a picture file's segments or chunks: which format it is, which way up, whether it
// moves.

/// What the container says before anything is decoded. Every walk is bounded and reads nothing
/// outside the bytes.
struct ContainerScan {
  /// The formats that are decoded, told apart by their first bytes only.
  enum Format { case jpeg, png, webp }

  /// EXIF orientation 1–8; 1 where there is none or it makes no sense.
  var orientation = 1
  /// PNG only: an acTL chunk stands before the pixels.
  var isAnimated = false
  /// PNG only: size in the header.
  var width = 0
  var height = 0
  /// PNG only: colour type 4 or 6, or a tRNS chunk.
  var hasAlpha = false

  static func format(of bytes: UnsafeRawBufferPointer) -> Format? {
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
    if bytes.count >= 12, bytes.starts(with: "RIFF".utf8), matches(bytes, "WEBP", at: 8) {
      return .webp
    }
    return nil
  }

  /// Looks for the first EXIF segment before the pixels.
  init(jpeg bytes: UnsafeRawBufferPointer) {
    var position = 2
    for _ in 0..<ExifLimits.segmentsMax {
      // Markers may be preceded by any number of fill bytes 0xFF.
      while position + 1 < bytes.count, bytes[position] == 0xFF, bytes[position + 1] == 0xFF {
        position += 1
      }
      guard position + 4 <= bytes.count, bytes[position] == 0xFF else { return }
      let marker = bytes[position + 1]
      // Start of scan, end of image: no metadata behind.
      if marker == 0xDA || marker == 0xD9 { return }
      let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
      let body = position + 4
      guard length >= 2, body + length - 2 <= bytes.count else { return }
      if marker == 0xE1, length >= 8, Self.matches(bytes, "Exif\0\0", at: body) {
        let tiff = UnsafeRawBufferPointer(rebasing: bytes[body + 6..<body + length - 2])
        orientation = exifOrientation(tiff)
        return
      }
      position = body + length - 2
    }
  }

  /// Reads the header, and chunks up to the pixels (orientation may also stand behind them); nil if
  /// there is no sound header.
  init?(png bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= 33, Self.matches(bytes, "IHDR", at: 12), Self.big(bytes, 8) == 13 else {
      return nil
    }
    (width, height) = (Self.big(bytes, 16), Self.big(bytes, 20))
    guard width > 0, height > 0 else { return nil }
    hasAlpha = bytes[25] & 4 != 0
    var position = 33
    var seenPixels = false
    for _ in 0..<ExifLimits.chunksMax where position + 12 <= bytes.count {
      let length = Self.big(bytes, position)
      let end = position + 12 + length
      guard end <= bytes.count else { return }
      let type = position + 4
      if Self.matches(bytes, "IDAT", at: type) { seenPixels = true }
      if Self.matches(bytes, "acTL", at: type), !seenPixels { isAnimated = true }
      if Self.matches(bytes, "tRNS", at: type) { hasAlpha = true }
      if Self.matches(bytes, "eXIf", at: type) {
        orientation = exifOrientation(
          UnsafeRawBufferPointer(rebasing: bytes[position + 8..<end - 4]))
      }
      position = end
    }
  }

  /// Looks for the EXIF chunk.
  init(webp bytes: UnsafeRawBufferPointer) {
    var position = 12
    for _ in 0..<ExifLimits.chunksMax where position + 8 <= bytes.count {
      let length =
        Int(bytes[position + 4]) | Int(bytes[position + 5]) << 8 | Int(bytes[position + 6]) << 16
        | Int(bytes[position + 7]) << 24
      guard position + 8 + length <= bytes.count else { return }
      if Self.matches(bytes, "EXIF", at: position) {
        var body = position + 8..<position + 8 + length
        // Some encoders keep the prefix that only JPEG needs.
        if length >= 6, Self.matches(bytes, "Exif\0\0", at: body.lowerBound) {
          body = body.lowerBound + 6..<body.upperBound
        }
        orientation = exifOrientation(UnsafeRawBufferPointer(rebasing: bytes[body]))
        return
      }
      position += 8 + length + (length & 1)
    }
  }

  private static func matches(
    _ bytes: UnsafeRawBufferPointer, _ text: StaticString, at position: Int
  ) -> Bool {
    guard position + text.utf8CodeUnitCount <= bytes.count else { return false }
    return (0..<text.utf8CodeUnitCount).allSatisfy { bytes[position + $0] == text.utf8Start[$0] }
  }

  private static func big(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> Int {
    Int(bytes[at]) << 24 | Int(bytes[at + 1]) << 16 | Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
  }
}
