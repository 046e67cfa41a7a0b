// Fuzzes the envelopes: any bytes as the payload of a REQUEST, a RESPONSE or HEADERS, whole and cut in two, with
// the same outcome.

import Vocabulary
import Wire

let envelopeEntries = [
  FuzzEntry(name: "wire-envelope-request") { feedRequest($0) },
  FuzzEntry(name: "wire-envelope-response") { feedResponse($0) },
]

/// Traps once a request with a message is taken.
let envelopeCanary = FuzzEntry(name: "canary-envelope") { feedRequest($0, isCanary: true) }

/// The frame of the input, and where it is cut: its first byte says how far from its end, and whether the names of
/// a method go ahead.
private func framed(_ type: UInt8, _ input: UnsafeRawBufferPointer) -> (bytes: [UInt8], cut: Int)? {
  guard let first = input.first, input.count <= 16 << 10 else { return nil }
  let names = type == 1 && first >= 128 ? [10, 1, 0x73, 18, 1, 0x6D] as [UInt8] : []
  let bytes = fuzzFrame(type, 0, 1, names + Array(input.dropFirst()))
  return (bytes, max(0, bytes.count - Int(first & 127)))
}

private func feedRequest(_ input: UnsafeRawBufferPointer, isCanary: Bool = false) {
  guard let (bytes, cut) = framed(1, input) else { return }
  for profile in Profile.allCases {
    let now = Moment.now
    let outcomes = [bytes.count, cut].map { place in
      var machine = ServerConnection(profile: profile, methods: fuzzMethods, now: now)
      machine.start(now: now)
      let opening = profile == .native ? fuzzFrame(0x10, 0, 0, []) : []
      for piece in [opening, Array(bytes[..<place]), Array(bytes[place...])] {
        piece.withUnsafeBytes { machine.receive($0, now: now) }
      }
      var actions: [ServerConnection.Action] = []
      while let action = machine.nextAction() {
        actions.append(action)
        if isCanary, case .call(let call) = action {
          precondition(call.message.count < 2, "the canary was found")
        }
      }
      return (actions, output(&machine))
    }
    precondition(outcomes[0].0 == outcomes[1].0, "another call when cut")
    precondition(outcomes[0].1 == outcomes[1].1, "another answer when cut")
  }
}

private func output(_ machine: inout ServerConnection) -> [UInt8] {
  var bytes: [UInt8] = []
  while machine.writeOutput({ run in
    bytes.append(contentsOf: run)
    return run.count
  }) > 0 {}
  return bytes
}

private func feedResponse(_ input: UnsafeRawBufferPointer) {
  for type in [2, 0x15] as [UInt8] {
    guard let (bytes, cut) = framed(type, input) else { return }
    for profile in Profile.allCases {
      for (kind, name) in fuzzKinds {
        let now = Moment.now
        let outcomes = [bytes.count, cut].map { place in
          var machine = ClientConnection(profile: profile, now: now)
          machine.start(now: now)
          _ = try? machine.startCall(
            name, kind: kind, kind.clientStreams ? nil : .empty, deadline: .never, now: now)
          let opening = profile == .native ? fuzzFrame(0x10, 0, 0, []) : []
          for piece in [opening, Array(bytes[..<place]), Array(bytes[place...])] {
            piece.withUnsafeBytes { machine.receive($0, now: now) }
          }
          var events: [ClientConnection.Event] = []
          while let event = machine.nextEvent() { events.append(event) }
          return events
        }
        precondition(outcomes[0] == outcomes[1], "another answer when cut")
      }
    }
  }
}
