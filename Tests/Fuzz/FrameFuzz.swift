// Fuzzes the frame decoder: where the input is cut must not matter to what is read.

import Vocabulary
import Wire

let frameEntries = [FuzzEntry(name: "wire-frames") { feedFrames($0) }]

/// Traps once a frame with a body follows another.
let frameCanary = FuzzEntry(name: "canary-frames") { feedFrames($0, isCanary: true) }

private func feedFrames(_ input: UnsafeRawBufferPointer, isCanary: Bool = false) {
  guard let first = input.first else { return }
  let bytes = UnsafeRawBufferPointer(rebasing: input.dropFirst())
  var whole = FrameLog()
  whole.feed(bytes)
  var cut = FrameLog()
  let size = max(1, Int(first))
  var rest = bytes
  while !rest.isEmpty {
    cut.feed(UnsafeRawBufferPointer(rebasing: rest.prefix(size)))
    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(size))
  }
  precondition(whole.headers == cut.headers, "other headers when cut")
  precondition(whole.bodies == cut.bodies, "other bodies when cut")
  precondition(whole.heldBytes == cut.heldBytes, "other memory when cut")
  precondition(whole.heldBytes <= bytes.count, "memory from an announced length")
  precondition(
    !isCanary || whole.bodies.count < 2 || whole.bodies[1].isEmpty, "the canary was found")
}

/// Everything a decoder reported. The frame's type says how its body is taken.
private struct FrameLog: ~Copyable {
  var decoder = FrameDecoder()
  var headers: [FrameHeader] = []
  /// Complete bodies; an unfinished streamed body is in `partial`.
  var bodies: [[UInt8]] = []
  var partial: [UInt8] = []

  /// Memory of a body that is being put together. One that has wholly arrived lies in no buffer.
  var heldBytes: Int { decoder.heldBytes }

  init() {}

  mutating func feed(_ bytes: UnsafeRawBufferPointer) {
    var input = bytes
    while true {
      switch decoder.next(&input) {
      case .needMore: return
      case .header(let header):
        headers.append(header)
        switch header.type.rawValue % 3 {
        case 0: decoder.begin(.stream)
        case 1: decoder.begin(.collect)
        default: decoder.begin(.skip)
        }
      case .body(let body): bodies.append(Array(body))
      case .collected(let body): bodies.append(body.array)
      case .fragment(let piece, let last):
        partial += Array(piece)
        if last {
          bodies.append(partial)
          partial = []
        }
      case .skipped: bodies.append([])
      }
    }
  }
}
