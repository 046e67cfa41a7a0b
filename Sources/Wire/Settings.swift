// SETTINGS: what each side can take. Native profile.

internal import Vocabulary

/// The announced abilities of one side.
struct Settings: Equatable {
  var streamWindowBytes: Int
  var connectionWindowBytes: Int
  var frameBytesMax: Int
  var messageBytesMax: Int
  var streamsMax: Int
  var metadataBytesMax: Int
  var encodings: MessageEncodings
  var pingIntervalMinMillis: Int

  /// What holds for a peer until its SETTINGS arrive. Announced values may only be higher.
  static let assumed = Settings(
    streamWindowBytes: 64 << 10, connectionWindowBytes: 64 << 10, frameBytesMax: 16 << 10,
    messageBytesMax: 4 << 20, streamsMax: 16, metadataBytesMax: 8 << 10, encodings: [],
    pingIntervalMinMillis: 10_000)

  /// Numbers of the entries on the wire.
  enum Key: UInt16, CaseIterable {
    case streamWindow = 1
    case connectionWindow, maxFrame, maxMessage, maxStreams, maxMetadata
    case encodings, minPing
  }

  static let entryBytes = 6

  /// What `limits` announce.
  init(_ limits: WireLimits) {
    let ping = limits.pingIntervalMin.components
    self.init(
      streamWindowBytes: limits.streamWindowBytes,
      connectionWindowBytes: limits.connectionWindowBytes,
      frameBytesMax: limits.nativeFrameBytesMax, messageBytesMax: limits.messageBytesMax,
      streamsMax: limits.streamsMax, metadataBytesMax: limits.metadataBytesMax,
      encodings: limits.encodings,
      pingIntervalMinMillis: Int(ping.seconds) * 1000
        + Int(ping.attoseconds / 1_000_000_000_000_000))
  }

  init(
    streamWindowBytes: Int, connectionWindowBytes: Int, frameBytesMax: Int, messageBytesMax: Int,
    streamsMax: Int, metadataBytesMax: Int, encodings: MessageEncodings,
    pingIntervalMinMillis: Int
  ) {
    self.streamWindowBytes = streamWindowBytes
    self.connectionWindowBytes = connectionWindowBytes
    self.frameBytesMax = frameBytesMax
    self.messageBytesMax = messageBytesMax
    self.streamsMax = streamsMax
    self.metadataBytesMax = metadataBytesMax
    self.encodings = encodings
    self.pingIntervalMinMillis = pingIntervalMinMillis
  }

  /// The entries as they are sent.
  var entries: [(Key, UInt32)] {
    [
      (.streamWindow, UInt32(streamWindowBytes)),
      (.connectionWindow, UInt32(connectionWindowBytes)),
      (.maxFrame, UInt32(frameBytesMax)), (.maxMessage, UInt32(messageBytesMax)),
      (.maxStreams, UInt32(streamsMax)), (.maxMetadata, UInt32(metadataBytesMax)),
      (.encodings, encodings.rawValue), (.minPing, UInt32(pingIntervalMinMillis)),
    ]
  }

  /// Applies one received entry; unknown ones are ignored. A value below the assumed one is a violation.
  mutating func apply(_ id: UInt16, _ value: UInt32) -> Violation? {
    guard let key = Key(rawValue: id) else { return nil }
    let value = Int(value)
    switch key {
    case .streamWindow:
      guard value <= Int(StreamID.max) else { return .malformedSettings }
      return raise(\.streamWindowBytes, value)
    case .connectionWindow:
      guard value <= Int(StreamID.max) else { return .malformedSettings }
      return raise(\.connectionWindowBytes, value)
    case .maxFrame:
      // The first length byte is always 0.
      guard value < 1 << 24 else { return .malformedSettings }
      return raise(\.frameBytesMax, value)
    case .maxMessage: return raise(\.messageBytesMax, value)
    case .maxStreams: return raise(\.streamsMax, value)
    case .maxMetadata: return raise(\.metadataBytesMax, value)
    case .encodings:
      encodings = MessageEncodings(rawValue: UInt32(value))
      return nil
    case .minPing: return raise(\.pingIntervalMinMillis, value)
    }
  }

  private mutating func raise(_ field: WritableKeyPath<Settings, Int>, _ value: Int) -> Violation? {
    guard value >= self[keyPath: field] else { return .loweredSetting }
    self[keyPath: field] = value
    return nil
  }
}
