// Intent.Converse: pictures and sound as they are captured → hints on the way → the verdict.

internal import Liveness
package import Messages
package import RPC
package import Stubs
internal import Vision
package import Vocabulary

extension IntentHandlers {
  /// Leads a person through what is asked, and decides.
  ///
  /// One message is handled before the next is taken, so that a device which sends faster than its frames can be looked at
  /// is held back by the stream's window. Memory is bounded by the recording's limits and the account's share. Whoever hangs up before `finish`
  /// has used the challenge.
  package func converse(
    _ requests: RequestStream<ConverseRequest>, to responses: ResponseWriter<ConverseResponse>,
    in call: CallContext
  ) async throws(ServiceError) {
    // 1. Who, and what is answered.
    guard let opening = try await requests.next(), let given = opening.start else {
      throw .missing("start")
    }
    let share = try desk.captures.share(call)
    let request = try given.kept(from: share)
    guard request.uploadId.isEmpty, request.shownMs.isEmpty, request.audioStartedMs == nil,
      opening.frames.isEmpty, opening.pcm.isEmpty
    else {
      throw .outOfRange("start", "without media: they follow; the server says when")
    }
    var asking = try IntentAsk(request, scenes: scenes)
    let (challenge, script) = try await challenge(asking, call, using: true)

    // 2. As it comes.
    var talk = Conversation(
      script, bytesMax: desk.captures.uploads.limits.fileBytesMax, share: share)
    let clock = desk.captures.clock
    let began = clock.monotonicMilliseconds
    for event in talk.opening { try await responses.send(ConverseResponse(event: event)) }
    while let message = try await requests.next() {
      let (events, look) = try talk.add(message)
      talk.arrived(after: Double(clock.monotonicMilliseconds - began) / 1000)
      for event in events { try await responses.send(ConverseResponse(event: event)) }
      if let look {
        for event in try await self.look(at: look, &talk, call) {
          try await responses.send(ConverseResponse(event: event))
        }
      }
      if message.finish { break }
      if talk.isFull || talk.isLate {
        try await responses.send(ConverseResponse(event: talk.timeUp))
        break
      }
    }

    // 3. The whole once more, as any recording.
    asking.shown = script.mode == .read ? [] : talk.shown
    asking.lag = talk.lagMax
    let verdict = try await answer(asking, try talk.media, challenge, script, call)
    try await responses.send(ConverseResponse(verdict: verdict))
  }

  /// Looks for faces on one frame. When the machine is busy there is no hint.
  private func look(
    at picture: Bytes, _ talk: inout Conversation, _ call: CallContext
  ) async throws(ServiceError) -> [ConverseEvent] {
    do throws(ServiceError) {
      let analysis = try await desk.captures.analyzer.analyze(
        picture, field: "frames", options: FaceAnalysisOptions(), before: call.deadline)
      return talk.looked(faces: analysis.faces.count, pitch: analysis.chosen?.pose.pitch)
    } catch {
      guard error.code == .resourceExhausted, error.detail.retryable else { throw error }
      return []
    }
  }
}
