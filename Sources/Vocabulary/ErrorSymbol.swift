// The closed set of error symbols that travel in `idv.v1.ErrorDetail.symbol`; Proto/ERRORS.md explains each
// and a test keeps the two equal.

/// Names what went wrong more exactly than the status code does. Raw values are wire text: never change one.
package enum ErrorSymbol: String, Sendable, CaseIterable {
  // The envelope and the message.
  /// Bytes that are not the protobuf message they should be.
  case malformedMessage = "MALFORMED_MESSAGE"
  /// Nested deeper than the limit.
  case messageTooDeep = "MESSAGE_TOO_DEEP"
  /// More fields or elements than the limit.
  case messageTooComplex = "MESSAGE_TOO_COMPLEX"
  /// A string field that is not UTF-8 or holds NUL.
  case invalidText = "INVALID_TEXT"
  /// A message, frame or field over its size limit.
  case payloadTooLarge = "PAYLOAD_TOO_LARGE"
  /// Metadata over its limits, or with forbidden characters.
  case invalidMetadata = "INVALID_METADATA"
  /// No such service.
  case unknownService = "UNKNOWN_SERVICE"
  /// No such method.
  case unknownMethod = "UNKNOWN_METHOD"
  /// A break of the protocol's rules on one stream.
  case protocolViolation = "PROTOCOL_VIOLATION"

  // Who calls, and how often.
  /// No client certificate, or one that names no account.
  case noAccount = "NO_ACCOUNT"
  /// The certificate names an account this server does not know.
  case unknownAccount = "UNKNOWN_ACCOUNT"
  /// The certificate names the account, but its key is not one of those that the account is bound to.
  case certificateNotAccepted = "CERTIFICATE_NOT_ACCEPTED"
  /// The account may not use this scene or method.
  case notPermitted = "NOT_PERMITTED"
  /// Over the account's rate or concurrency limit.
  case rateLimited = "RATE_LIMITED"
  /// The inference queue is full.
  case overloaded = "OVERLOADED"
  /// Server is draining or still warming.
  case notServing = "NOT_SERVING"
  /// Time ran out.
  case deadlineExceeded = "DEADLINE_EXCEEDED"
  /// The caller cancelled.
  case cancelled = "CANCELLED"

  // Fields.
  /// A required field is missing.
  case missingField = "MISSING_FIELD"
  /// A value outside its range.
  case outOfRange = "OUT_OF_RANGE"
  /// An enumeration value this server does not know.
  case unknownEnumValue = "UNKNOWN_ENUM_VALUE"
  /// The scene does not exist for this account.
  case unknownScene = "UNKNOWN_SCENE"
  /// The given SHA-256 is not the content's.
  case digestMismatch = "DIGEST_MISMATCH"

  // Pictures.
  /// A picture with no bytes.
  case imageEmpty = "IMAGE_EMPTY"
  /// Not JPEG, PNG or WebP, or an animated one.
  case imageFormatUnsupported = "IMAGE_FORMAT_UNSUPPORTED"
  /// Damaged or truncated.
  case imageDamaged = "IMAGE_DAMAGED"
  /// More bytes than the limit.
  case imageBytesExceeded = "IMAGE_BYTES_EXCEEDED"
  /// More pixels a side, or in all, than the limit.
  case imageDimensionsExceeded = "IMAGE_DIMENSIONS_EXCEEDED"
  /// Fewer pixels a side than the least that can hold a face.
  case imageTooSmall = "IMAGE_TOO_SMALL"
  /// Decoding took more memory, scans or time than allowed.
  case imageDecodeBudgetExceeded = "IMAGE_DECODE_BUDGET_EXCEEDED"

  // Videos and recordings.
  /// A video with no bytes or no frames.
  case videoEmpty = "VIDEO_EMPTY"
  /// Not a container and codec that is decoded.
  case videoFormatUnsupported = "VIDEO_FORMAT_UNSUPPORTED"
  /// Damaged or truncated.
  case videoDamaged = "VIDEO_DAMAGED"
  /// More bytes than the limit.
  case videoBytesExceeded = "VIDEO_BYTES_EXCEEDED"
  /// More pixels than the limit.
  case videoDimensionsExceeded = "VIDEO_DIMENSIONS_EXCEEDED"
  /// Fewer pixels a side than the least.
  case videoTooSmall = "VIDEO_TOO_SMALL"
  /// Longer, or with more frames, than the limit.
  case videoDurationExceeded = "VIDEO_DURATION_EXCEEDED"
  /// Shorter than the least.
  case videoTooShort = "VIDEO_TOO_SHORT"
  /// Decoding took more memory or time than allowed.
  case videoDecodeBudgetExceeded = "VIDEO_DECODE_BUDGET_EXCEEDED"
  /// Sound is wanted, and there is none.
  case audioMissing = "AUDIO_MISSING"
  /// Sound of a codec that is not decoded.
  case audioFormatUnsupported = "AUDIO_FORMAT_UNSUPPORTED"
  /// Sound that is damaged or truncated.
  case audioDamaged = "AUDIO_DAMAGED"

  // Documents.
  /// The picture shows no identity card, passport or permit.
  case imageNoIdCard = "IMAGE_NO_ID_CARD"
  /// The picture shows no bank card.
  case noBankCard = "NO_BANK_CARD_ERROR"
  /// A document is there, of another kind than asked for.
  case imageNoSpecifiedCard = "IMAGE_NO_SPECIFIED_CARD"
  /// The other side of the document is wanted.
  case cardSideError = "CARD_SIDE_ERROR"
  /// Several documents where one is wanted.
  case multiCardError = "MULTI_CARD_ERROR"
  /// The document has too few pixels to be read.
  case idCardTooSmall = "ID_CARD_TOO_SMALL"
  /// A document is there and none of its leading fields could be read.
  case idCardInfoIllegal = "ID_CARD_INFO_ILLEGAL"
  /// A document is there, too blurred to be read.
  case imageBlur = "IMAGE_BLUR"

  // Challenges and uploads.
  /// No such challenge of this account, or none any more.
  case challengeUnknown = "CHALLENGE_UNKNOWN"
  /// Answered too late.
  case challengeExpired = "CHALLENGE_EXPIRED"
  /// Answered before.
  case challengeUsed = "CHALLENGE_USED"
  /// Issued under another session.
  case challengeOfOtherSession = "CHALLENGE_OF_OTHER_SESSION"
  /// Issued for another mode than the one that is asked for or may be answered here.
  case challengeModeWrong = "CHALLENGE_MODE_WRONG"
  /// As many challenges wait for an answer as may.
  case challengeTooMany = "CHALLENGE_TOO_MANY"
  /// The session has had as many challenges as it may.
  case attemptsExhausted = "ATTEMPTS_EXHAUSTED"
  /// No such upload: expired, deleted, or another account's.
  case uploadUnknown = "UPLOAD_UNKNOWN"
  /// A part that does not follow what is held.
  case uploadOffsetWrong = "UPLOAD_OFFSET_WRONG"
  /// Used before all of it is here.
  case uploadIncomplete = "UPLOAD_INCOMPLETE"
  /// As many uploads, or bytes, as may be held.
  case uploadQuotaExceeded = "UPLOAD_QUOTA_EXCEEDED"
  /// As many bytes of a capture in pieces as may be held, beside those of other calls and uploads.
  case mediaQuotaExceeded = "MEDIA_QUOTA_EXCEEDED"

  // Sources of real-name answers. None of them says anything about a person.
  /// No source of this server can be asked this.
  case sourceNotConfigured = "SOURCE_NOT_CONFIGURED"
  /// The sources cannot be reached, or are not asked because they failed lately.
  case sourceUnavailable = "SOURCE_UNAVAILABLE"
  /// No source answered in its time.
  case sourceTimeout = "SOURCE_TIMEOUT"
  /// The source says that it is busy.
  case sourceBusy = "SOURCE_BUSY"
  /// The source says that it is being upgraded.
  case sourceUpgrading = "SOURCE_UPGRADING"
  /// The source failed, or its answer cannot be believed.
  case sourceFault = "SOURCE_FAULT"
  // Encrypted fields.
  /// An envelope that is not one: unknown algorithm, lengths that do not fit.
  case encryptionMalformed = "ENCRYPTION_MALFORMED"
  /// A path that leads to no field, or to one that may not be encrypted.
  case encryptionFieldUnknown = "ENCRYPTION_FIELD_UNKNOWN"
  /// A field in plaintext and encrypted, or encrypted twice.
  case encryptionFieldGivenTwice = "ENCRYPTION_FIELD_GIVEN_TWICE"
  /// No such key, or no key at all.
  case encryptionKeyUnknown = "ENCRYPTION_KEY_UNKNOWN"
  /// A key that is used no more.
  case encryptionKeyRetired = "ENCRYPTION_KEY_RETIRED"
  /// A message too old, or ahead of the clock.
  case encryptionOutOfTime = "ENCRYPTION_OUT_OF_TIME"
  /// A message that was read before.
  case encryptionReplayed = "ENCRYPTION_REPLAYED"
  /// No room to remember another message.
  case encryptionMemoryFull = "ENCRYPTION_MEMORY_FULL"
  /// What was encrypted does not fit key, account, method, field or tag.
  case decryptionFailed = "DECRYPTION_FAILED"
  /// Plaintext where the account or scene wants it encrypted.
  case encryptionRequired = "ENCRYPTION_REQUIRED"
  /// A method that takes no encrypted fields.
  case encryptionUnsupported = "ENCRYPTION_UNSUPPORTED"

  // The server itself.
  /// A model this call needs is not installed.
  case modelUnavailable = "MODEL_UNAVAILABLE"
  /// A fault of the server; the operator's log has the cause under the request id.
  case internalFault = "INTERNAL_FAULT"
}
