// What both ends of a connection have in common: decoder, outbox, settings, windows, ping, floods, stalls.

internal import Vocabulary

/// Counts of one connection, for metrics. They only grow.
package struct WireCounters: Sendable, Equatable {
  package var framesIn = 0
  package var bytesIn = 0
  package var framesOut = 0
  /// Calls that were opened.
  package var calls = 0
  /// Calls refused before they started.
  package var refused = 0
  /// Streams ended by the peer's CANCEL.
  package var cancelled = 0
  /// Streams ended because the peer broke a rule on them.
  package var streamErrors = 0
  /// Calls whose deadline passed.
  package var deadlines = 0

  package init() {}
}

/// The part of a connection that does not know which end it is. Owned by one connection machine.
struct Link: ~Copyable {
  /// What a connection-level frame means to the owner.
  enum ControlEvent {
    case none
    /// The peer's SETTINGS came; every stream gains `streamRaise` bytes of send window.
    case settings(streamRaise: Int)
    /// The connection's send window grew.
    case windowOpened
    /// The peer starts (server: answers) no calls above `last`.
    case goAway(last: UInt32, code: UInt32)
    case failed(WireError)
  }

  let profile: Profile
  private let limitsOwner: ConnectionLimits
  var decoder = FrameDecoder()
  var outbox = Outbox()
  var peer = Settings.assumed
  var peerSettingsSeen = false
  var sendWindow: SendWindow
  var receiveWindow: ReceiveWindow
  var flood: FloodGuard
  var counters = WireCounters()
  /// Bytes of messages that came and are held for streams.
  var incomingBytes = 0
  /// Bytes of messages that wait to be sent.
  var outgoingBytes = 0
  /// Set by the process-wide accountant: no credit is given, no call is started.
  var processMemoryFull = false
  /// The connection has failed or ended; nothing is read any more.
  var isClosed = false
  /// No bytes will come any more.
  var inputEnded = false
  /// Control frames appended since the outbox was last empty.
  private var controlQueued = 0

  private let started: Moment
  var lastReceived: Moment
  /// Since when output has been pending with none of it taken; nil when none is, or some was just taken.
  private var pendingSince: Moment?
  /// The latest time we were told.
  private(set) var lastSeen: Moment
  private var bodyDeadline: Moment?
  private var pingSent: Moment?
  private var pingNumber: UInt64 = 0

  init(profile: Profile, limits: WireLimits, now: Moment) {
    self.profile = profile
    limitsOwner = ConnectionLimits(limits)
    sendWindow = SendWindow(Settings.assumed.connectionWindowBytes)
    receiveWindow = ReceiveWindow(limits.connectionWindowBytes)
    flood = FloodGuard(limitsOwner, now: now)
    started = now
    lastReceived = now
    lastSeen = now
  }

  var limits: WireLimits {
    @inline(__always) _read { yield limitsOwner.values }
  }

  /// Bytes of messages held for streams, in both directions.
  var chargedBytes: Int { incomingBytes + outgoingBytes }

  /// Bytes held in memory for this connection.
  var memoryBytes: Int { chargedBytes + outbox.pendingBytes + decoder.heldBytes }

  /// Whether no more may be held.
  var isMemoryFull: Bool { chargedBytes >= limits.memoryBytesMax || processMemoryFull }

  /// Back-pressure: whether the owner should go on reading the socket.
  var wantsRead: Bool {
    guard !isClosed, !inputEnded, outbox.pendingBytes < limits.outboundBytesMax else {
      return false
    }
    // Native peers are held back by withheld credit; what they already may send has to be let in, and so have the
    // WINDOW frames that let our own messages out.
    return profile == .native
      ? incomingBytes < limits.memoryBytesMax + limits.connectionWindowBytes
      : chargedBytes < limits.memoryBytesMax
  }

  // MARK: Frames out

  /// Appends one frame whose payload of `count` bytes `body` writes.
  mutating func frame(
    _ type: FrameType, _ flags: FrameFlags, stream: UInt32, _ count: Int,
    _ body: (inout ProtoWriter) -> Void
  ) {
    counters.framesOut += 1
    let header = FrameHeader(length: count, stream: stream, type: type, flags: flags)
    outbox.append(FrameHeader.byteCount + count) { start in
      header.write(to: start)
      var writer = ProtoWriter(start + FrameHeader.byteCount)
      body(&writer)
      assert(writer.cursor == start + FrameHeader.byteCount + count, "size and content differ")
    }
  }

  /// Appends the head of a frame of `length` bytes: its header and the first `count` bytes of its payload.
  mutating func frameHead(
    _ type: FrameType, _ flags: FrameFlags, stream: UInt32, length: Int, _ count: Int = 0,
    _ body: (inout ProtoWriter) -> Void = { _ in }
  ) {
    counters.framesOut += 1
    let header = FrameHeader(length: length, stream: stream, type: type, flags: flags)
    outbox.append(FrameHeader.byteCount + count) { start in
      header.write(to: start)
      var writer = ProtoWriter(start + FrameHeader.byteCount)
      body(&writer)
    }
  }

  /// Appends payload bytes after a frame head: copied when small, referenced when large.
  mutating func payload(_ bytes: Bytes) {
    if bytes.count <= limits.coalescedBytesMax {
      bytes.withUnsafeBytes { outbox.append(copying: $0) }
    } else {
      outbox.append(referencing: bytes)
    }
  }

  /// Appends a whole message as payload.
  mutating func payload(_ message: OutgoingMessage) {
    payload(message.first)
    for segment in message.rest { payload(segment) }
  }

  /// Appends a control frame of 32-bit numbers and text, and counts it.
  mutating func control(
    _ type: FrameType, _ flags: FrameFlags = [], stream: UInt32, _ numbers: [UInt32],
    text: String = ""
  ) {
    controlQueued += 1
    frame(type, flags, stream: stream, numbers.count * 4 + text.utf8.count) { writer in
      for number in numbers {
        withUnsafeBytes(of: number.bigEndian) { writer.raw($0) }
      }
      writer.text(text)
    }
  }

  /// Counts an answer that was not asked for as a control frame.
  mutating func countUnasked() { controlQueued += 1 }

  /// Whether the peer makes us queue frames and does not read them.
  var controlOverflow: Bool { controlQueued > limits.controlFramesQueuedMax }

  mutating func sendSettings() {
    let entries = Settings(limits).entries
    frame(.settings, [], stream: 0, entries.count * Settings.entryBytes) { writer in
      for (key, value) in entries {
        withUnsafeBytes(of: key.rawValue.bigEndian) { writer.raw($0) }
        withUnsafeBytes(of: value.bigEndian) { writer.raw($0) }
      }
    }
  }

  mutating func sendGoAway(last: UInt32, _ code: GoAwayCode, _ text: String) {
    control(.goAway, stream: 0, [last, code.rawValue], text: text)
  }

  mutating func sendCancel(
    _ stream: UInt32, _ code: StatusCode, _ reason: String, refused: Bool = false
  ) {
    assert(reason.utf8.count <= limits.cancelReasonBytesMax, "reasons are short and our own")
    control(.cancel, refused ? .refused : [], stream: stream, [code.rawValue], text: reason)
  }

  mutating func sendPing(_ now: Moment) {
    guard pingSent == nil else { return }
    pingNumber += 1
    pingSent = now
    control(.ping, stream: 0, [UInt32(pingNumber >> 32), UInt32(truncatingIfNeeded: pingNumber)])
  }

  /// Payload bytes of the connection were dealt with: returns the credit when it is due.
  mutating func releaseConnection(_ bytes: Int) {
    guard profile == .native, let increment = receiveWindow.release(bytes) else { return }
    control(.window, stream: 0, [UInt32(increment)])
  }

  // MARK: Frames in

  /// Notes the arrival of bytes.
  mutating func received(_ bytes: Int, _ now: Moment) {
    counters.bytesIn += bytes
    lastReceived = now
    pingSent = nil
  }

  /// Notes that a frame's header was read.
  mutating func frameStarted() {
    counters.framesIn += 1
    bodyDeadline = nil
  }

  /// All input is used up: from here on the rest of an unfinished frame is awaited.
  mutating func awaitRest(_ now: Moment) {
    guard decoder.isMidFrame else {
      bodyDeadline = nil
      return
    }
    guard bodyDeadline == nil else { return }
    let seconds = decoder.bodyLength / max(1, limits.frameBodyBytesPerSecondMin)
    bodyDeadline = now + limits.frameBody + .seconds(seconds)
  }

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
      if header.flags.contains(.ack) { return .none }
      if let what = flood.ping(now) { return .failed(.flood(what)) }
      control(.ping, .ack, stream: 0, [Self.number(body, 0), Self.number(body, 4)])
      return .none
    case .goAway:
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

  // MARK: Output and time

  /// Lends staged output; see `ServerConnection.writeOutput`.
  mutating func lend(
    _ body: (UnsafeRawBufferPointer) throws -> Int
  ) rethrows -> Int {
    let count = try outbox.lend(body)
    if count > 0 { pendingSince = nil }
    if outbox.pendingBytes == 0 { controlQueued = 0 }
    return count
  }

  /// Starts the write-stall clock when output is pending; called at the end of every event.
  mutating func noteOutput(_ now: Moment) {
    lastSeen = now
    if outbox.pendingBytes == 0 {
      pendingSince = nil
    } else if pendingSince == nil {
      pendingSince = now
    }
  }

  /// The time bound that has run out, if any. Sends a PING when one is due.
  mutating func stall(_ now: Moment, hasStreams: Bool, idleSince: Moment) -> WireError? {
    if profile == .native && !peerSettingsSeen && now >= started + limits.firstFrame {
      return .stalled(.firstFrame)
    }
    if let deadline = bodyDeadline, now >= deadline {
      // Bytes we did not read are not the peer's fault.
      if wantsRead { return .stalled(.frameBody) }
      bodyDeadline = now + limits.frameBody
    }
    if let since = pendingSince, outbox.pendingBytes > 0, now >= since + limits.writeStall {
      return .stalled(.write)
    }
    if !hasStreams && now >= idleSince + limits.idle { return .idle }
    guard profile == .native, peerSettingsSeen else { return nil }
    if let sent = pingSent {
      return now >= sent + limits.pingTimeout ? .stalled(.ping) : nil
    }
    if now >= lastReceived + pingSilence { sendPing(now) }
    return nil
  }

  /// When `stall` has to be asked again.
  func nextStall(hasStreams: Bool, idleSince: Moment) -> Moment {
    var next = hasStreams ? lastReceived + .seconds(86_400) : idleSince + limits.idle
    if let deadline = bodyDeadline { next = min(next, deadline) }
    if outbox.pendingBytes > 0 { next = min(next, (pendingSince ?? lastSeen) + limits.writeStall) }
    guard profile == .native else { return next }
    guard peerSettingsSeen else { return min(next, started + limits.firstFrame) }
    return min(next, pingSent.map { $0 + limits.pingTimeout } ?? lastReceived + pingSilence)
  }

  private var pingSilence: Duration {
    max(limits.pingAfterSilence, .milliseconds(peer.pingIntervalMinMillis))
  }
}

/// A queue of stream slots, first in first out.
struct SlotQueue {
  private var slots: [Int] = []
  private var head = 0

  init() {}

  var isEmpty: Bool { head == slots.count }

  mutating func append(_ slot: Int) { slots.append(slot) }

  mutating func popFirst() -> Int? {
    guard head < slots.count else { return nil }
    defer {
      head += 1
      if head == slots.count {
        slots.removeAll(keepingCapacity: true)
        head = 0
      } else if head == 64 {
        slots.removeFirst(head)
        head = 0
      }
    }
    return slots[head]
  }
}
