// Frames to ciphertext: one flush, few records, large payloads sealed from their own memory.

internal import NIOCore
internal import TLS
internal import Vocabulary
internal import Wire

extension ConnectionHandler {
  /// Seals and sends what the state machine has, until it has no more or the kernel takes no more.
  func writeOutput() {
    guard phase == .open || phase == .closing, let context else { return }
    while wire?.hasOutput == true || session.spilledBytes > 0, context.channel.isWritable {
      var output = context.channel.allocator.buffer(capacity: 0)
      guard seal(into: &output) else { return failTLS(.internalFault) }
      guard output.readableBytes > 0 else { break }
      context.writeAndFlush(wrapOutboundOut(output), promise: nil)
    }
    if phase == .closing, wire?.hasOutput != true { sendCloseNotice() }
  }

  /// Fills `output` with up to `sealedPieceBytes`. False when TLS failed.
  private func seal(into output: inout ByteBuffer) -> Bool {
    var failed = false
    drainSpill(into: &output)
    let target = settings.limits.sealedPieceBytes
    while output.readableBytes < target, !failed {
      let taken = wire?.writeOutput { plaintext in
        let piece = UnsafeRawBufferPointer(rebasing: plaintext.prefix(target))
        var consumed = 0
        output.writeWithUnsafeMutableBytes(
          minimumWritableBytes: TLSLimits.sealedBytesMax(piece.count)
        ) { room in
          let step = session.write(piece, output: room)
          failed = step.failure != nil
          consumed = step.consumed
          return step.produced
        }
        return consumed
      }
      drainSpill(into: &output)
      if taken ?? 0 == 0 { break }
    }
    return !failed
  }

  /// Moves what the session holds back to `output`.
  func drainSpill(into output: inout ByteBuffer) {
    while session.spilledBytes > 0 {
      output.writeWithUnsafeMutableBytes(minimumWritableBytes: session.spilledBytes) {
        session.drain(into: $0)
      }
    }
  }

  /// The state machine is done: what it still gives is sent, then the close notice.
  func beginClosing(_ error: WireError?) {
    guard phase == .open else { return }
    phase = .closing
    end = error.map { .wire($0) } ?? .orderly
    calls.cancelAll()
    // A peer that takes nothing will not take the rest either.
    if error == .stalled(.write) { return abort() }
    replaceTimer(Moment.now + settings.limits.closing)
    executor.touch(self)
  }

  private func sendCloseNotice() {
    guard let context else { return }
    phase = .lingering
    var output = context.channel.allocator.buffer(capacity: TLSLimits.recordOverheadBytesMax)
    output.writeWithUnsafeMutableBytes(minimumWritableBytes: TLSLimits.recordOverheadBytesMax) {
      session.close(output: $0)
    }
    drainSpill(into: &output)
    finishSending(output)
  }

  /// Sends `last`, which may be empty, ends our half of the socket once the kernel has taken
  /// everything, and waits a moment for the peer's half.
  func finishSending(_ last: ByteBuffer) {
    guard let context else { return }
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { [self] _ in
      // Once both halves are ended NIO closes the socket by itself.
      self.context?.close(mode: isInputEnded ? .all : .output, promise: nil)
    }
    context.writeAndFlush(wrapOutboundOut(last), promise: written)
    replaceTimer(Moment.now + settings.limits.linger)
    setReading()
  }
}
