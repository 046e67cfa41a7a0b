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

  /// Which end of the connection this is.
  enum Role { case client, server }

  let profile: Profile
  let role: Role
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
  /// Set by the process-wide accountant: no credit is given, no call is started but those that are answered at once.
  var processMemoryFull = false
  /// The connection has failed or ended; nothing is read any more.
  var isClosed = false
  /// No bytes will come any more.
  var inputEnded = false
  /// Control frames that wait in the outbox, in two batches: those of the older one lie before `controlMark`.
  private var controlOlder = 0
  private var controlNewer = 0
  private var controlMark = 0
  /// Output bytes ever taken.
  private var takenBytes = 0
  /// Whether input was held back when the last event ended.
  private var wasPaused = false

  private let started: Moment
  var lastReceived: Moment
  /// Since when output has been pending with none of it taken; nil when none is, or some was just taken.
  private var pendingSince: Moment?
  /// The latest time we were told.
  private(set) var lastSeen: Moment
  private var bodyDeadline: Moment?
  private var pingSent: Moment?
  private var pingNumber: UInt64 = 0

  init(profile: Profile, role: Role, limits: WireLimits, now: Moment) {
    self.profile = profile
    self.role = role
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
    guard !isClosed, !inputEnded else { return false }
    // A client reads whatever it has to send: were both ends to wait for the other to read, they would wait for
    // ever. What it reads makes it answer with control frames alone, which are bounded.
    if role == .server && outbox.pendingBytes >= limits.outboundBytesMax { return false }
    // Native peers are held back by withheld credit; what they already may send has to be let in, and so have the
    // WINDOW frames that let our own messages out.
    if profile == .native {
      return incomingBytes < limits.memoryBytesMax + limits.connectionWindowBytes
    }
    return (role == .server ? chargedBytes : incomingBytes) < limits.memoryBytesMax
  }

  /// The most metadata that may be sent at a time: within the peer's limit, and within one of its frames.
  var metadataBytesSendable: Int { min(peer.metadataBytesMax, peer.frameBytesMax / 2) }

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
    if let others = message.others { for segment in others { payload(segment) } }
  }

  /// Appends a control frame of 32-bit numbers and text, and counts it.
  mutating func control(
    _ type: FrameType, _ flags: FrameFlags = [], stream: UInt32, _ numbers: [UInt32],
    text: String = ""
  ) {
    controlNewer += 1
    frame(type, flags, stream: stream, numbers.count * 4 + text.utf8.count) { writer in
      for number in numbers {
        withUnsafeBytes(of: number.bigEndian) { writer.raw($0) }
      }
      writer.text(text)
    }
  }

  /// Counts an answer that was not asked for as a control frame.
  mutating func countUnasked() { controlNewer += 1 }

  /// Whether the peer makes us queue frames and does not read them.
  var controlOverflow: Bool { controlOlder + controlNewer > limits.controlFramesQueuedMax }

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

  // MARK: Output and time

  /// Lends staged output; see `ServerConnection.writeOutput`.
  mutating func lend(
    _ body: (UnsafeRawBufferPointer) throws -> Int
  ) rethrows -> Int {
    let count = try outbox.lend(body)
    guard count > 0 else { return 0 }
    pendingSince = nil
    takenBytes += count
    if takenBytes >= controlMark {
      controlOlder = outbox.pendingBytes == 0 ? 0 : controlNewer
      controlNewer = 0
      controlMark = takenBytes + outbox.pendingBytes
    }
    return count
  }

  /// Starts the write-stall clock when output is pending; called at the end of every event.
  mutating func noteOutput(_ now: Moment) {
    lastSeen = now
    let isPaused = !wantsRead
    if wasPaused && !isPaused {
      // What was not read is not the peer's fault: its time starts again.
      if pingSent != nil { pingSent = now }
      if bodyDeadline != nil { bodyDeadline = now + limits.frameBody }
    }
    wasPaused = isPaused
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
    guard isPingWatched else { return nil }
    if let sent = pingSent {
      guard now >= sent + limits.pingTimeout else { return nil }
      if wantsRead { return .stalled(.ping) }
      pingSent = now
      return nil
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
    guard isPingWatched else { return next }
    return min(next, pingSent.map { $0 + limits.pingTimeout } ?? lastReceived + pingSilence)
  }

  /// Whether silence means something: a peer that has closed its direction says nothing any more.
  private var isPingWatched: Bool { profile == .native && peerSettingsSeen && !inputEnded }

  private var pingSilence: Duration {
    max(limits.pingAfterSilence, .milliseconds(peer.pingIntervalMinMillis))
  }
}
