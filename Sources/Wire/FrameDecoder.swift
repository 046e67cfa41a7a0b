// Cuts a byte stream into frames, however it was split on its way.

package import Vocabulary

/// An incremental frame decoder. It knows headers and lengths, nothing of what frames mean.
///
/// Call `next` until it asks for more. After `.header` the caller says with `begin` what is to happen with
/// the body: it is collected into one piece, passed through as it arrives, or skipped. Pointers in a step
/// are valid as long as the input is.
package struct FrameDecoder: ~Copyable {
  /// What to do with the body of the frame whose header was just reported.
  package enum Disposition: Sendable {
    /// Hand it out in one piece: in place if it lies whole in the input, else in a buffer of its own.
    case collect
    /// Hand it out in fragments as they arrive.
    case stream
    /// Throw it away.
    case skip
  }

  /// What the input held next.
  package enum Step {
    /// Nothing more until more input comes.
    case needMore
    /// A frame starts; `begin` must be called before the next `next`.
    case header(FrameHeader)
    /// The whole body, lying in the input.
    case body(UnsafeRawBufferPointer)
    /// The whole body, put together from several inputs.
    case collected(Bytes)
    /// Some of the body; `last` ends the frame.
    case fragment(UnsafeRawBufferPointer, last: Bool)
    /// A skipped body has ended.
    case skipped
  }

  private enum State: Sendable { case header, undecided, collecting, streaming, skipping }

  private var state = State.header
  /// Bytes of a header that was split: the first eight and the last two.
  private var headerHigh: UInt64 = 0
  private var headerLow: UInt16 = 0
  private var headerCount = 0
  /// Bytes of the current body still to come.
  private var remaining = 0
  private var length = 0
  private var buffer: MessageBuffer?

  package init() {}

  /// Whether a frame has begun and not ended, so that the peer owes bytes.
  package var isMidFrame: Bool { state != .header || headerCount > 0 }

  /// Bytes held for the frame being collected.
  package var heldBytes: Int { buffer?.count ?? 0 }

  /// Length of the body being read.
  package var bodyLength: Int { state == .header ? 0 : length }

  /// Decides about the body of the frame just reported.
  package mutating func begin(_ disposition: Disposition) {
    assert(state == .undecided, "begin follows .header")
    switch disposition {
    case .collect: state = .collecting
    case .stream: state = .streaming
    case .skip: state = .skipping
    }
  }

  /// Takes one step, consuming from the front of `input`.
  package mutating func next(_ input: inout UnsafeRawBufferPointer) -> Step {
    switch state {
    case .header:
      return readHeader(&input)
    case .undecided:
      preconditionFailure("begin must follow .header")
    case .collecting:
      return collect(&input)
    case .streaming:
      if remaining > 0 && input.isEmpty { return .needMore }
      let piece = take(min(remaining, input.count), from: &input)
      remaining -= piece.count
      if remaining == 0 { state = .header }
      return .fragment(piece, last: remaining == 0)
    case .skipping:
      remaining -= take(min(remaining, input.count), from: &input).count
      if remaining > 0 { return .needMore }
      state = .header
      return .skipped
    }
  }

  private mutating func readHeader(_ input: inout UnsafeRawBufferPointer) -> Step {
    let size = FrameHeader.byteCount
    if headerCount == 0 && input.count >= size {
      let header = FrameHeader(at: input.baseAddress!)
      _ = take(size, from: &input)
      return started(header)
    }
    while headerCount < size, let byte = input.first {
      if headerCount < 8 {
        headerHigh = headerHigh << 8 | UInt64(byte)
      } else {
        headerLow = headerLow << 8 | UInt16(byte)
      }
      headerCount += 1
      _ = take(1, from: &input)
    }
    guard headerCount == size else { return .needMore }
    headerCount = 0
    return started(
      FrameHeader(
        length: Int(headerHigh >> 32), stream: UInt32(truncatingIfNeeded: headerHigh),
        type: FrameType(rawValue: UInt8(headerLow >> 8)),
        flags: FrameFlags(rawValue: UInt8(truncatingIfNeeded: headerLow))))
  }

  private mutating func started(_ header: FrameHeader) -> Step {
    state = .undecided
    length = Int(header.length)
    remaining = length
    return .header(header)
  }

  private mutating func collect(_ input: inout UnsafeRawBufferPointer) -> Step {
    if buffer == nil && input.count >= remaining {
      let body = take(remaining, from: &input)
      remaining = 0
      state = .header
      return .body(body)
    }
    if input.isEmpty { return .needMore }
    let collected = buffer ?? MessageBuffer()
    let piece = take(min(remaining, input.count), from: &input)
    collected.append(piece, expected: length)
    remaining -= piece.count
    guard remaining == 0 else {
      buffer = collected
      return .needMore
    }
    buffer = nil
    state = .header
    return .collected(collected.finish())
  }

  private func take(
    _ count: Int, from input: inout UnsafeRawBufferPointer
  ) -> UnsafeRawBufferPointer {
    let piece = UnsafeRawBufferPointer(start: input.baseAddress, count: count)
    input = UnsafeRawBufferPointer(rebasing: input[count...])
    return piece
  }
}
