// Packed requests of calls that end before their turn to be unpacked.

internal import Compression
internal import Glibc
internal import Synchronization
internal import Testing
internal import Vocabulary

@testable internal import Transport

// One after the other: each takes all the threads that unpack.
@Suite(.serialized, .timeLimit(.minutes(2))) struct EndedCallTests {
  /// Keeps the threads that unpack until it is opened.
  private final class Door: Sendable {
    private let isOpen = Atomic(false)
    private let waiting = Atomic(0)

    var arrivals: Int { waiting.load(ordering: .acquiring) }

    func hold() {
      waiting.wrappingAdd(1, ordering: .acquiringAndReleasing)
      while !isOpen.load(ordering: .acquiring) { usleep(1_000) }
    }

    func open() { isOpen.store(true, ordering: .releasing) }
  }

  private static func wait(until isSo: () -> Bool) async {
    while !isSo(), !Task.isCancelled { try? await Task.sleep(for: .milliseconds(1)) }
  }

  /// The message is damaged: who looked at it would say so.
  @Test(arguments: [MessageEncoding.gzip, .zstd])
  func whatNobodyWaitsForIsNotUnpacked(_ encoding: MessageEncoding) async throws {
    try await Harness.run { harness in
      let text = PackedCallTests.text(15_000)
      let whole = (0..<20).flatMap { _ in text }
      let packed = try #require(Compression.pack([Bytes(whole)], encoding, ratioMax: nil)).array
      try #require(packed.count < 60_000)
      // Too long to be unpacked on the loop.
      let bytesMax = CompressionLimits.inlineOutputBytesMax
      try #require(whole.count > bytesMax)
      try #require(packed.count * CompressionLimits.ratioMax > whole.count)
      let peer = try await harness.peer(.native)
      let door = Door()
      defer { door.open() }
      for _ in 0..<2 { MessagePacking.aside { door.hold() } }
      await Self.wait { door.arrivals == 2 }

      var request = RawFrame.request(1, "Echo", Array(packed.dropLast()))
      request.body += [0xA2, 0x06, 4] + Array(encoding.name.utf8)
      request.flags = 0x10
      let cancel = RawFrame(stream: 1, type: 0x12, flags: 0, body: [0, 0, 0, 1])
      try peer.send(.settings, request, cancel, RawFrame.request(3, "Echo", [1]))
      // Answered after the cancellation was taken.
      var answer = try await peer.frame()
      while let frame = answer, frame.stream != 3 { answer = try await peer.frame() }
      #expect(answer?.stream == 3 && harness.dispatcher.refusals.all.isEmpty)
      door.open()
      await Self.wait { !harness.dispatcher.refusals.all.isEmpty }
      #expect(harness.dispatcher.refusals.all == ["Echo CANCELLED"])
    }
  }
}
