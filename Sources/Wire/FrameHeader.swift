// The ten bytes in front of every frame, in both profiles.

/// What a frame is. Values outside the named ones are kept, because most of them are skipped, not refused.
package struct FrameType: RawRepresentable, Sendable, Hashable {
  package let rawValue: UInt8

  @inlinable package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Opens a call (client).
  @inlinable package static var request: FrameType { FrameType(rawValue: 0x01) }
  /// Ends a call (server).
  @inlinable package static var response: FrameType { FrameType(rawValue: 0x02) }
  /// A message, or a piece of one.
  @inlinable package static var data: FrameType { FrameType(rawValue: 0x03) }
  /// First frame of each side; stream 0 (native).
  @inlinable package static var settings: FrameType { FrameType(rawValue: 0x10) }
  /// Returns flow-control credit (native).
  @inlinable package static var window: FrameType { FrameType(rawValue: 0x11) }
  /// Ends a call at once (native).
  @inlinable package static var cancel: FrameType { FrameType(rawValue: 0x12) }
  /// Liveness probe and its answer; stream 0 (native).
  @inlinable package static var ping: FrameType { FrameType(rawValue: 0x13) }
  /// No more calls on this connection; stream 0 (native).
  @inlinable package static var goAway: FrameType { FrameType(rawValue: 0x14) }
  /// Metadata before the first message (server, native).
  @inlinable package static var headers: FrameType { FrameType(rawValue: 0x15) }

  /// Whether a native peer that does not know this type skips it; any other unknown type is an error.
  @inlinable package var isIgnorable: Bool { (0x20...0x7F).contains(rawValue) }
}

/// Flag bits. Bit 0 means something different in each frame type; unknown bits are ignored.
package struct FrameFlags: OptionSet, Sendable, Hashable {
  package let rawValue: UInt8

  @inlinable package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// REQUEST, DATA: the sender will send nothing more on this stream.
  @inlinable package static var remoteClosed: FrameFlags { FrameFlags(rawValue: 0x01) }
  /// REQUEST: DATA frames follow.
  @inlinable package static var remoteOpen: FrameFlags { FrameFlags(rawValue: 0x02) }
  /// The frame carries no message, not even an empty one.
  @inlinable package static var noData: FrameFlags { FrameFlags(rawValue: 0x04) }
  /// DATA: the message goes on in this stream's next DATA (native).
  @inlinable package static var more: FrameFlags { FrameFlags(rawValue: 0x08) }
  /// DATA: the message is compressed; on its first fragment (native).
  @inlinable package static var compressed: FrameFlags { FrameFlags(rawValue: 0x10) }
  /// CANCEL: the call was never started; a retry is safe.
  @inlinable package static var refused: FrameFlags { FrameFlags(rawValue: 0x01) }
  /// PING: this is the answer.
  @inlinable package static var ack: FrameFlags { FrameFlags(rawValue: 0x01) }
}

/// A parsed frame header: `u32 length | u32 stream | u8 type | u8 flags`, big-endian.
package struct FrameHeader: Sendable, Hashable {
  /// Bytes of payload that follow; the header is not counted.
  package var length: UInt32
  /// The call, or 0 for the connection.
  package var stream: UInt32
  package var type: FrameType
  package var flags: FrameFlags

  /// Bytes of a header on the wire.
  @inlinable package static var byteCount: Int { 10 }

  @inlinable
  package init(length: Int, stream: UInt32, type: FrameType, flags: FrameFlags = []) {
    self.length = UInt32(truncatingIfNeeded: length)
    self.stream = stream
    self.type = type
    self.flags = flags
  }

  /// Reads the ten bytes at `pointer`.
  @inlinable
  package init(at pointer: UnsafeRawPointer) {
    length = UInt32(bigEndian: pointer.loadUnaligned(as: UInt32.self))
    stream = UInt32(bigEndian: pointer.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
    type = FrameType(rawValue: pointer.load(fromByteOffset: 8, as: UInt8.self))
    flags = FrameFlags(rawValue: pointer.load(fromByteOffset: 9, as: UInt8.self))
  }

  /// Writes ten bytes at `pointer`.
  @inlinable
  package func write(to pointer: UnsafeMutableRawPointer) {
    pointer.storeBytes(of: length.bigEndian, as: UInt32.self)
    pointer.storeBytes(of: stream.bigEndian, toByteOffset: 4, as: UInt32.self)
    pointer.storeBytes(of: type.rawValue, toByteOffset: 8, as: UInt8.self)
    pointer.storeBytes(of: flags.rawValue, toByteOffset: 9, as: UInt8.self)
  }
}
