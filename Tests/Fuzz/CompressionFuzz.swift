// Fuzzes decompression: any bytes as a message of each encoding, within every bound; and what we pack comes back.

import Compression
import Vocabulary

let compressionEntries = [FuzzEntry(name: "compression-unpack") { feedPacked($0) }]

/// Traps once a message that packs well has come back.
let compressionCanary = FuzzEntry(name: "canary-compression") { feedPacked($0, isCanary: true) }

/// Bounds that inputs meet on both sides.
private let unpackedBytesMax = [0, 1, 100, 4096, 1 << 20]

/// The first byte says what the rest is: a message to unpack, or one to pack, to unpack, and to unpack damaged. The
/// libraries are not instrumented, so that what passes their checksums is reached by the second way alone.
private func feedPacked(_ input: UnsafeRawBufferPointer, isCanary: Bool = false) {
  guard let first = input.first, input.count <= 64 << 10 else { return }
  let rest = Bytes(copying: UnsafeRawBufferPointer(rebasing: input.dropFirst()))
  let encoding: MessageEncoding = first & 1 == 0 ? .gzip : .zstd
  let bytesMax = unpackedBytesMax[Int(first >> 2) % unpackedBytesMax.count]
  if first & 2 == 0 {
    unpack(rest, encoding, bytesMax)
  } else if let packed = Compression.pack([rest], encoding) {
    precondition(packed.count < rest.count, "packed to more than there was")
    let back = try? Compression.unpack(packed, encoding, bytesMax: rest.count)
    precondition(back?.array == rest.array, "what was packed does not come back")
    precondition(!isCanary || packed.count * 2 > rest.count, "the canary was found")
    precondition(
      (try? Compression.unpack(packed, encoding, bytesMax: rest.count - 1)) == nil,
      "more than its bound")
    // A little of it is something else.
    var damaged = packed.array
    for (place, byte) in rest.array.prefix(4).enumerated() {
      damaged[(place &* 31 &+ Int(byte)) % damaged.count] ^= byte
    }
    unpack(Bytes(damaged), encoding, bytesMax)
  }
}

private func unpack(_ message: Bytes, _ encoding: MessageEncoding, _ bytesMax: Int) {
  do throws(CompressionError) {
    let unpacked = try Compression.unpack(message, encoding, bytesMax: bytesMax)
    precondition(unpacked.count <= bytesMax, "more than its bound")
    precondition(
      unpacked.count
        <= max(message.count * CompressionLimits.ratioMax, CompressionLimits.ratioFreeBytes),
      "more than its ratio")
    // Every byte is there.
    _ = unpacked.withUnsafeBytes { bytes in bytes.reduce(0 as UInt8, &+) }
  } catch {
    if case .tooLarge(let limit) = error {
      precondition(limit <= bytesMax, "a bound over its bound")
    }
  }
}
