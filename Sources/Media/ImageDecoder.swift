// From a caller's bytes to upright pixels, within limits.

internal import CImageCodecs
package import Vocabulary

/// A decoded picture, upright.
package struct DecodedImage: ~Copyable, Sendable {
  package let pixels: PixelBuffer
  /// Size of the upright picture as it was sent; `pixels` is smaller by `denominator`.
  package let fullWidth: Int
  package let fullHeight: Int
  /// 1, 2, 4 or 8.
  package let denominator: Int

  /// Hands over the pixels.
  package consuming func takePixels() -> PixelBuffer { pixels }
}

/// Decodes JPEG, PNG and WebP.
///
/// - The format is told by the first bytes alone. Bytes behind the end of the picture (a ZIP
/// archive, zeros) are
///   ignored: they are never looked at, so a picture that is also something else is just a picture here.
/// - Cut-off or damaged pixel data are refused, not patched.
/// - Alpha is laid over white. Colour profiles and gamma are ignored. 16 bits are rounded to 8.
/// - EXIF orientation is applied.
///
/// Blocks for milliseconds: call it on a thread of ours. No state; any thread.
package enum ImageDecoder {
  /// - Parameter longSideWanted: if the picture's longer side is at least twice as long, a JPEG may
  /// be decoded at
  ///   a half, quarter or eighth of its size, never below this length; nil decodes at full size.
  package static func decode(
    _ bytes: Bytes, limits: ImageLimits = ImageLimits(), longSideWanted: Int? = nil
  ) throws(ImageError) -> DecodedImage {
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.count <= limits.bytesMax else { throw .bytes(limits) }
    var result = Result<DecodedImage, ImageError>.failure(.format)
    bytes.withUnsafeBytes { bytes in
      do throws(ImageError) {
        result = .success(try decode(bytes, limits, longSideWanted))
      } catch {
        result = .failure(error)
      }
    }
    return try result.get()
  }

  private static func decode(
    _ bytes: UnsafeRawBufferPointer, _ limits: ImageLimits, _ longSideWanted: Int?
  ) throws(ImageError) -> DecodedImage {
    switch ContainerScan.format(of: bytes) {
    case .jpeg: try decodeJPEG(bytes, limits, longSideWanted)
    case .png: try decodePNG(bytes, limits)
    case .webp: try decodeWebP(bytes, limits)
    case nil: throw .format
    }
  }

  // MARK: Formats

  private static func decodeJPEG(
    _ bytes: UnsafeRawBufferPointer, _ limits: ImageLimits, _ longSideWanted: Int?
  ) throws(ImageError) -> DecodedImage {
    let data = bytes.bindMemory(to: UInt8.self)
    var (width, height): (Int32, Int32) = (0, 0)
    try check(idv_jpeg_size(data.baseAddress, data.count, &width, &height), limits)
    let size = (width: Int(width), height: Int(height))
    try check(size, limits)
    let denominator = denominator(longSide: max(size.width, size.height), wanted: longSideWanted)
    let scaled = (
      width: (size.width + denominator - 1) / denominator,
      height: (size.height + denominator - 1) / denominator
    )
    var budget = try budget(limits, outputBytes: scaled.width * scaled.height * 3)
    let pixels = PixelBuffer(uninitializedWidth: scaled.width, height: scaled.height)
    try check(
      pixels.withOutput { out in
        idv_jpeg_decode(
          data.baseAddress, data.count, Int32(denominator), &budget, Int32(pixels.width),
          Int32(pixels.height), out)
      }, limits)
    return upright(
      pixels, size, denominator, orientation: ContainerScan(jpeg: bytes).orientation)
  }

  private static func decodePNG(
    _ bytes: UnsafeRawBufferPointer, _ limits: ImageLimits
  ) throws(ImageError) -> DecodedImage {
    guard let scan = ContainerScan(png: bytes) else { throw .damaged }
    let size = (width: scan.width, height: scan.height)
    try check(size, limits)
    guard !scan.isAnimated else { throw .animated }
    let data = bytes.bindMemory(to: UInt8.self)
    let spare = scan.hasAlpha ? size.width * size.height : 0
    var budget = try budget(limits, outputBytes: size.width * size.height * 3 + spare)
    let pixels = PixelBuffer(uninitializedWidth: size.width, height: size.height, spare: spare)
    let status = pixels.withOutput { out in
      let status = idv_png_decode(
        data.baseAddress, data.count, &budget, Int32(size.width), Int32(size.height),
        scan.hasAlpha ? 4 : 3, out)
      if status == idv_image_ok, scan.hasAlpha { idv_pixels_flatten(out, size.width * size.height) }
      return status
    }
    try check(status, limits)
    return upright(pixels, size, 1, orientation: scan.orientation)
  }

  private static func decodeWebP(
    _ bytes: UnsafeRawBufferPointer, _ limits: ImageLimits
  ) throws(ImageError) -> DecodedImage {
    let data = bytes.bindMemory(to: UInt8.self)
    var (width, height, hasAlpha, isAnimated): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    try check(
      idv_webp_size(data.baseAddress, data.count, &width, &height, &hasAlpha, &isAnimated), limits)
    let size = (width: Int(width), height: Int(height))
    try check(size, limits)
    guard isAnimated == 0 else { throw .animated }
    let spare = hasAlpha != 0 ? size.width * size.height : 0
    // libwebp keeps at most about four bytes a pixel for itself.
    let own = size.width * size.height * 4
    _ = try budget(limits, outputBytes: size.width * size.height * 3 + spare + own)
    let pixels = PixelBuffer(uninitializedWidth: size.width, height: size.height, spare: spare)
    let status = pixels.withOutput { out in
      let status = idv_webp_decode(
        data.baseAddress, data.count, width, height, hasAlpha != 0 ? 4 : 3, out)
      if status == idv_image_ok, hasAlpha != 0 {
        idv_pixels_flatten(out, size.width * size.height)
      }
      return status
    }
    try check(status, limits)
    return upright(pixels, size, 1, orientation: ContainerScan(webp: bytes).orientation)
  }

  // MARK: Limits

  /// How much smaller a JPEG is decoded.
  private static func denominator(longSide: Int, wanted: Int?) -> Int {
    guard let wanted else { return 1 }
    return [8, 4, 2].first { longSide / $0 >= wanted } ?? 1
  }

  private static func check(
    _ size: (width: Int, height: Int), _ limits: ImageLimits
  ) throws(ImageError) {
    guard max(size.width, size.height) <= limits.sideMax else { throw .side(limits) }
    guard size.width * size.height <= limits.pixelsMax else { throw .pixels(limits) }
    guard min(size.width, size.height) >= max(1, limits.sideMin) else { throw .small(limits) }
  }

  /// What is left for the decoder beside `outputBytes` of pixels.
  private static func budget(
    _ limits: ImageLimits, outputBytes: Int
  ) throws(ImageError) -> idv_image_budget {
    guard outputBytes < limits.memoryBytesMax else { throw .memory(limits) }
    return idv_image_budget(
      scans_max: Int32(clamping: limits.scansMax),
      memory_bytes_max: Int64(limits.memoryBytesMax - outputBytes),
      deadline_nanos: idv_image_now_nanos() + Int64(limits.decodeMillisMax) * 1_000_000)
  }

  private static func check(
    _ status: idv_image_status, _ limits: ImageLimits
  ) throws(ImageError) {
    switch status {
    case idv_image_ok: return
    case idv_image_unsupported: throw .variant
    case idv_image_too_large: throw .side(limits)
    case idv_image_scans_exceeded: throw .scans(limits)
    case idv_image_memory_exceeded: throw .memory(limits)
    case idv_image_time_exceeded: throw .time(limits)
    default: throw .damaged
    }
  }

  private static func upright(
    _ pixels: consuming PixelBuffer, _ size: (width: Int, height: Int), _ denominator: Int,
    orientation: Int
  ) -> DecodedImage {
    guard orientation > 1 else {
      return DecodedImage(
        pixels: pixels, fullWidth: size.width, fullHeight: size.height, denominator: denominator)
    }
    let swaps = orientation >= 5
    return DecodedImage(
      pixels: pixels.oriented(orientation), fullWidth: swaps ? size.height : size.width,
      fullHeight: swaps ? size.width : size.height, denominator: denominator)
  }
}
