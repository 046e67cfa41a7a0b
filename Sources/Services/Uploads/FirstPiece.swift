// What stays of a stream's first message while the others come.

internal import Messages
internal import Vocabulary

extension Media {
  /// The same in memory of its own.
  func copy(from share: MediaShare) throws(MediaShortage) -> Media {
    Media(inline: try share.copy(inline), sha256: try share.copy(sha256))
  }
}

extension SignedDeviceEvidence {
  /// The same in memory of its own.
  func copy(from share: MediaShare) throws(MediaShortage) -> SignedDeviceEvidence {
    SignedDeviceEvidence(
      evidence: try share.copy(evidence), algorithm: algorithm, keyId: try share.copy(keyId),
      signature: try share.copy(signature))
  }
}

/// A request that comes before its media, and is kept until they are whole.
protocol FirstPiece: Message {
  /// A picture of the person; may be large.
  var photo: Media? { get set }
  /// The same with what may be large in memory of its own.
  func copy(from share: MediaShare) throws(MediaShortage) -> Self
}

extension FirstPiece {
  /// What is kept of it: a slice would keep its whole message, which nobody counts any more, unknown fields and all.
  func kept(from share: MediaShare) throws(ServiceError) -> Self {
    var rest = self
    rest.photo = nil
    guard rest.encoded().count <= CaptureLimits.requestBytesMax else {
      throw .outOfRange("request", "at most \(CaptureLimits.requestBytesMax) bytes beside photo")
    }
    do throws(MediaShortage) {
      return try copy(from: share)
    } catch { throw ServiceError(error, field: "photo") }
  }
}

extension VerifyRequest: FirstPiece {
  func copy(from share: MediaShare) throws(MediaShortage) -> VerifyRequest {
    var copy = self
    copy.photo = try photo?.copy(from: share)
    copy.deviceEvidence = try deviceEvidence?.copy(from: share)
    return copy
  }
}

extension VerifyIntentRequest: FirstPiece {
  func copy(from share: MediaShare) throws(MediaShortage) -> VerifyIntentRequest {
    var copy = self
    copy.photo = try photo?.copy(from: share)
    return copy
  }
}
