// Why a picture was refused, in words a caller may see.

package import Vocabulary

/// A picture that was not decoded. Carries no content of the picture.
package struct ImageError: Error, Sendable, Equatable {
  package let symbol: ErrorSymbol
  /// The limit that was broken with its unit, empty if none.
  package let limit: String
  /// One English sentence that follows the field's name and says what to do.
  package let message: String

  static let empty = ImageError(.imageEmpty, "has no bytes; send the picture")

  static let format = ImageError(
    .imageFormatUnsupported,
    "is not a JPEG, PNG or WebP picture; convert it to one of these")

  /// Of a stream's picture.
  static let notJPEG = ImageError(.imageFormatUnsupported, "is not a JPEG; send JPEG pictures")

  static let variant = ImageError(
    .imageFormatUnsupported,
    "uses a variant of its format that is not decoded; save it as a plain 8-bit picture")

  static let animated = ImageError(
    .imageFormatUnsupported, "is animated; send a single still picture")

  static let damaged = ImageError(
    .imageDamaged, "is damaged or cut off; capture or upload it again")

  static func bytes(_ limits: ImageLimits) -> ImageError {
    ImageError(
      .imageBytesExceeded, limit: "\(limits.bytesMax) bytes",
      "has more than \(limits.bytesMax) bytes; compress it more or send fewer pixels")
  }

  static func side(_ limits: ImageLimits) -> ImageError {
    ImageError(
      .imageDimensionsExceeded, limit: "\(limits.sideMax) pixels a side",
      "has a side of more than \(limits.sideMax) pixels; scale it down")
  }

  static func pixels(_ limits: ImageLimits) -> ImageError {
    ImageError(
      .imageDimensionsExceeded, limit: "\(limits.pixelsMax) pixels",
      "has more than \(limits.pixelsMax) pixels; scale it down")
  }

  static func small(_ limits: ImageLimits) -> ImageError {
    ImageError(
      .imageTooSmall, limit: "\(limits.sideMin) pixels a side",
      "has a side of fewer than \(limits.sideMin) pixels; capture a larger picture")
  }

  static func scans(_ limits: ImageLimits) -> ImageError {
    ImageError(
      .imageDecodeBudgetExceeded, limit: "\(limits.scansMax) scans",
      "has more than \(limits.scansMax) scans; save it as a baseline JPEG")
  }

  static func memory(_ limits: ImageLimits) -> ImageError {
    ImageError(
      .imageDecodeBudgetExceeded, limit: "\(limits.memoryBytesMax) bytes of memory",
      "needs too much memory to decode; scale it down or save it as a baseline JPEG")
  }

  static func time(_ limits: ImageLimits) -> ImageError {
    ImageError(
      .imageDecodeBudgetExceeded, limit: "\(limits.decodeMillisMax) ms",
      "takes too long to decode; scale it down or save it as a baseline JPEG")
  }

  private init(_ symbol: ErrorSymbol, limit: String = "", _ message: String) {
    self.symbol = symbol
    self.limit = limit
    self.message = message
  }
}
