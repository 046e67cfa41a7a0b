// What ends a connection, and the code a native peer is told.

/// Codes of a GOAWAY frame.
package enum GoAwayCode: UInt32, Sendable, Hashable, CaseIterable {
  /// Orderly end.
  case noError = 0
  /// The peer broke a rule.
  case protocolError = 1
  /// A fault of the sender.
  case internalError = 2
  /// More DATA than the window allowed, or a window over its maximum.
  case flowControl = 3
  /// A frame over MAX_FRAME.
  case frameSize = 4
  /// The peer asks too much: floods of resets, pings or empty frames.
  case enhanceYourCalm = 5
  /// Nothing happened for a long time.
  case idle = 6
}

/// A broken rule that ends the connection. Closed set: safe as a metric label.
package enum Violation: String, Sendable, Hashable, CaseIterable {
  case firstFrameNotSettings, secondSettings, malformedSettings, loweredSetting
  case malformedControlFrame, wrongStream, unknownFrameType, unexpectedFrameType
  case badStreamID, unknownStream, lengthByteNotZero
}

/// Behaviour that costs us more than it costs the peer. Closed set: safe as a metric label.
package enum Flood: String, Sendable, Hashable, CaseIterable {
  case resets, pings, controlFrames, emptyData, controlQueue
}

/// A time bound that ran out. Closed set: safe as a metric label.
package enum Stall: String, Sendable, Hashable, CaseIterable {
  case firstFrame, frameBody, write, ping
}

/// Why a connection ends other than in good order. Holds nothing of what the peer sent.
package enum WireError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A rule of the protocol was broken.
  case violation(Violation)
  /// A window was overrun or overflowed.
  case flowControl
  /// A frame of `lengthBytes` was announced.
  case frameTooLarge(lengthBytes: Int)
  /// The peer floods us.
  case flood(Flood)
  /// The peer is too slow or gone.
  case stalled(Stall)
  /// No calls for a long time.
  case idle
  /// The peer said GOAWAY with an error code.
  case peerWentAway(GoAwayCode)

  /// What a native peer is told.
  package var goAwayCode: GoAwayCode {
    switch self {
    case .violation, .stalled: .protocolError
    case .flowControl: .flowControl
    case .frameTooLarge: .frameSize
    case .flood: .enhanceYourCalm
    case .idle: .idle
    case .peerWentAway: .noError
    }
  }

  package var description: String {
    switch self {
    case .violation(let what): "protocol violation: \(what.rawValue)"
    case .flowControl: "flow-control window overrun"
    case .frameTooLarge(let bytes): "frame of \(bytes) bytes is over the limit"
    case .flood(let what): "too many \(what.rawValue)"
    case .stalled(let what): "timed out: \(what.rawValue)"
    case .idle: "idle"
    case .peerWentAway(let code): "peer went away: \(code)"
    }
  }
}
