// Native frames that mean the same at both ends: what their headers may say, and what those of stream 0 do.

internal import Vocabulary

extension Link {
  /// Checks the header of a native frame before its body is read: its size, its place, its length.
  /// (Mutating only because a borrowed `Link` would be copied.)
  mutating func checkNative(_ header: FrameHeader) -> WireError? {
    let length = Int(header.length)
    if header.length >> 24 != 0 { return .violation(.lengthByteNotZero) }
    if length > limits.nativeFrameBytesMax { return .frameTooLarge(lengthBytes: length) }
    if !peerSettingsSeen && header.type != .settings { return .violation(.firstFrameNotSettings) }
    switch header.type {
    case .settings:
      if peerSettingsSeen { return .violation(.secondSettings) }
      if header.stream != 0 { return .violation(.wrongStream) }
      let entries = length / Settings.entryBytes
      return length % Settings.entryBytes == 0 && entries <= limits.settingsEntriesMax
        ? nil : .violation(.malformedSettings)
    case .ping:
      if header.stream != 0 { return .violation(.wrongStream) }
      return length == 8 ? nil : .violation(.malformedControlFrame)
    case .goAway:
      if header.stream != 0 { return .violation(.wrongStream) }
      return (8...8 + limits.goAwayTextBytesMax).contains(length)
        ? nil : .violation(.malformedControlFrame)
    case .window:
      return length == 4 ? nil : .violation(.malformedControlFrame)
    case .cancel:
      if header.stream == 0 { return .violation(.wrongStream) }
      return (4...4 + limits.cancelReasonBytesMax).contains(length)
        ? nil : .violation(.malformedControlFrame)
    case .request, .response, .data, .headers:
      return header.stream == 0 ? .violation(.wrongStream) : nil
    default:
      return header.type.isIgnorable ? nil : .violation(.unknownFrameType)
    }
  }

  /// Acts on a frame of stream 0, already checked by `checkNative`.
  mutating func controlFrame(
    _ header: FrameHeader, _ body: UnsafeRawBufferPointer, _ now: Moment
  ) -> ControlEvent {
    switch header.type {
    case .settings:
      return settings(body)
    case .window:
      let increment = Self.number(body, 0)
      guard (1...StreamID.max).contains(increment), sendWindow.add(Int(increment)) else {
        return .failed(.flowControl)
      }
      if let flood = countWindow(increment, now) { return .failed(.flood(flood)) }
      return .windowOpened
    case .ping:
      if header.flags.contains(.ack) {
        // One is due for each of our own, which are rare.
        return flood.control(now).map { .failed(.flood($0)) } ?? .none
      }
      if let what = flood.ping(now) { return .failed(.flood(what)) }
      control(.ping, .ack, stream: 0, [Self.number(body, 0), Self.number(body, 4)])
      return .none
    case .goAway:
      if let what = flood.control(now) { return .failed(.flood(what)) }
      return .goAway(last: Self.number(body, 0), code: Self.number(body, 4))
    default:
      return .none
    }
  }

  /// Counts a WINDOW that returns too little to be of use.
  mutating func countWindow(_ increment: UInt32, _ now: Moment) -> Flood? {
    increment < limits.windowIncrementUsefulMin ? flood.control(now) : nil
  }

  private mutating func settings(_ body: UnsafeRawBufferPointer) -> ControlEvent {
    let before = peer
    for offset in stride(from: 0, to: body.count, by: Settings.entryBytes) {
      let id = UInt16(body[offset]) << 8 | UInt16(body[offset + 1])
      if let broken = peer.apply(id, Self.number(body, offset + 2)) {
        return .failed(.violation(broken))
      }
    }
    peerSettingsSeen = true
    _ = sendWindow.add(peer.connectionWindowBytes - before.connectionWindowBytes)
    return .settings(streamRaise: peer.streamWindowBytes - before.streamWindowBytes)
  }

  /// The big-endian number at `offset`.
  static func number(_ body: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
    UInt32(bigEndian: body.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }
}
