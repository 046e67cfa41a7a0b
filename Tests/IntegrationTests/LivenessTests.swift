// Liveness as its users meet it: challenges, captures and uploads over real TLS, and what never passes.

import Client
import FoundationEssentials
import Media
import Messages
import RPC
import Services
import Stubs
import TestSupport
import Testing
import Vision
import Vocabulary
import Wire

@Suite(
  .enabled(
    if: Workplace.isSetUp
      && Workplace.exists(Workplace.deps + "/models/face_landmarks_detector.tflite"),
    "run `make setup` first"))
struct LivenessTests {
  /// A still picture that pretends to be a film: one JPEG, sent as frames of `seconds`.
  static func still(_ name: String, seconds: Double = 3) throws -> Capture {
    let jpeg = try DemoPicture.bytes(name)
    var capture = Capture()
    capture.frames = (0..<Int(seconds * 10)).map {
      CapturedFrame(jpeg: jpeg, deviceTimeMs: 5_000 + UInt64($0) * 100)
    }
    return capture
  }

  /// A clip of the evaluation data; nil without it.
  static func clip(_ name: String) -> Capture? {
    guard let bytes = try? Workplace.read(Workplace.data + "/videos/" + name) else { return nil }
    var capture = Capture()
    capture.video = Media(inline: Bytes(bytes))
    return capture
  }

  static func challenge(
    _ actions: [Messages.FaceAction], session: String = ""
  ) async throws -> Challenge {
    var request = GetActionSequenceRequest()
    request.sessionId = session
    request.count = UInt32(max(actions.count, 1))
    request.allowed = actions
    let asked = request
    let response = try await LiveServer.withClient {
      try await BasicClient($0).getActionSequence(asked)
    }
    return try #require(response.challenge)
  }

  static func detect(
    _ capture: Capture, _ challenge: String = "", session: String = "", bestFrames: UInt32 = 0,
    _ profile: Profile = .native
  ) async throws -> DetectLivenessResponse {
    var request = DetectLivenessRequest()
    request.capture = capture
    request.challengeId = challenge
    request.sessionId = session
    request.bestFrames = bestFrames
    let asked = request
    return try await LiveServer.withClient(profile) {
      try await BasicClient($0).detectLiveness(asked)
    }
  }

  static func refusal<Answer>(
    _ body: (Client) async throws(ServiceError) -> Answer
  ) async throws -> ServiceError? {
    try await LiveServer.withClient { client in
      do throws(ServiceError) {
        _ = try await body(client)
        return nil
      } catch {
        return error
      }
    }
  }

  @Test("challenges are drawn as asked, live for a while, and name nobody")
  func challenges() async throws {
    let first = try await Self.challenge([.nod, .shake, .blink])
    let second = try await Self.challenge([.nod, .shake, .blink])
    #expect(first.mode == .action && Set(first.actions) == [.nod, .shake, .blink])
    #expect(first.id != second.id && first.nonce != second.nonce && first.nonce.count >= 16)
    #expect(first.expiresAtMs > first.issuedAtMs)
    try await LiveServer.withClient { client in
      let code = try await BasicClient(client).getLiveCode(GetLiveCodeRequest()).challenge
      #expect(code?.mode == .lip && code?.liveCode.count == 4)
      #expect(code?.liveCode.allSatisfy(\.isNumber) == true)
      let colors = try await BasicClient(client)
        .getReflectSequence(GetReflectSequenceRequest()).challenge
      #expect(colors?.mode == .reflect && colors?.colors.isEmpty == false)
      let both = try await BasicClient(client)
        .getReflectSequence(GetReflectSequenceRequest(actionCount: 1)).challenge
      #expect(both?.mode == .actionReflect && both?.actions.count == 1)
      let steps = try await BasicClient(client)
        .getDistanceSteps(GetDistanceStepsRequest()).challenge
      #expect(steps?.mode == .distance && steps?.distanceSteps.isEmpty == false)
      #expect(steps?.actions.count == 1)
    }
  }

  @Test(
    "a still picture never passes, whatever was asked; its challenge is used up",
    arguments: [Profile.native, .compat])
  func still(profile: Profile) async throws {
    let capture = try Self.still("selfie.jpg")
    let challenge = try await Self.challenge([.blink, .nod], session: "s-1")
    let answer = try await Self.detect(
      capture, challenge.id, session: "s-1", bestFrames: 2, profile)
    #expect(answer.verdict != .pass && answer.verdict != .unknown)
    #expect(answer.liveness?.mode == .action)
    #expect(answer.liveness?.actions.count == 2)
    #expect(answer.liveness?.actions.allSatisfy { !$0.performed } == true)
    #expect(answer.liveness?.attackTags.contains(.actionNotDone) == true)
    #expect(answer.liveness?.userMessages.isEmpty == false)
    #expect(answer.header?.policy == "liveness@4")
    let again = try await Self.refusal { client throws(ServiceError) in
      var request = DetectLivenessRequest()
      request.capture = capture
      request.challengeId = challenge.id
      request.sessionId = "s-1"
      return try await BasicClient(client).detectLiveness(request)
    }
    #expect(again?.detail.symbol == .challengeUsed)
    // The record decides again as the server did.
    let record = try #require(answer.liveness?.record)
    #expect(try LivenessCase(record).decide().verdict.rawValue == answer.verdict.rawValue)
    // Nothing passes unasked on a server without the models for it.
    let unasked = try await Self.detect(capture)
    #expect(unasked.verdict != .pass)
  }

  @Test("a challenge belongs to its session and mode, and is not used up by a mistake")
  func binding() async throws {
    let capture = try Self.still("selfie.jpg", seconds: 1)
    let challenge = try await Self.challenge([.blink], session: "a")
    func refused(_ change: (inout DetectLivenessRequest) -> Void) async throws -> ErrorSymbol? {
      var request = DetectLivenessRequest()
      request.capture = capture
      request.challengeId = challenge.id
      request.sessionId = "a"
      change(&request)
      let asked = request
      return try await Self.refusal { client throws(ServiceError) in
        try await BasicClient(client).detectLiveness(asked)
      }?.detail.symbol
    }
    #expect(try await refused { $0.sessionId = "b" } == .challengeOfOtherSession)
    #expect(try await refused { $0.mode = .lip } == .challengeModeWrong)
    #expect(try await refused { $0.challengeId = "0" } == .challengeUnknown)
    #expect(try await refused { $0.bestFrames = 11 } == .outOfRange)
    #expect(try await refused { $0.capture = nil } == .missingField)
    #expect(try await refused { $0.capture?.uploadId = "x" } == .outOfRange)
    #expect(try await refused { $0.capture = Capture(uploadId: "x") } == .uploadUnknown)
    #expect(
      try await refused { $0.capture = Capture(video: Media(inline: Bytes([1, 2, 3]))) }
        == .videoFormatUnsupported)
    // That one was answered, with something that is no video.
    #expect(try await refused { _ in } == .challengeUsed)
    #expect(
      try await refused {
        $0.challengeId = ""
        $0.mode = .action
      } == .missingField)
  }

  @Test("no photo is compared with a capture that did not pass")
  func order() async throws {
    var request = VerifyVideoRequest()
    request.capture = try Self.still("selfie.jpg")
    request.photo = try DemoPicture.media("selfie.jpg")
    request.challengeId = try await Self.challenge([.nod]).id
    let asked = request
    let answer = try await LiveServer.withClient {
      try await BasicClient($0).verifyVideo(asked)
    }
    #expect(answer.verdict != .pass && answer.verdict != .unknown)
    #expect(answer.score == nil && answer.captureFace == nil && answer.photoFace == nil)
    #expect(answer.verdict == answer.liveness?.verdict)
    var photo = VerifyPhotoRequest()
    photo.image = try DemoPicture.media("selfie.jpg")
    photo.photo = try DemoPicture.media("card.jpg")
    let still = photo
    let single = try await LiveServer.withClient { try await BasicClient($0).verifyPhoto(still) }
    #expect(
      single.verdict != .pass
        || single.header?.models.contains { $0.role.contains("liveness") } == true)
  }

  @Test("Enhanced asks an unknown device for the most, and never passes it")
  func enhanced() async throws {
    try await LiveServer.withClient { client in
      let enhanced = EnhancedClient(client)
      let nonce = try await enhanced.getDeviceNonce(GetDeviceNonceRequest(sessionId: "e"))
      #expect(nonce.nonce.count >= 16)
      let created = try await enhanced.createChallenge(CreateChallengeRequest(sessionId: "e"))
      #expect(created.challenge?.mode == .actionReflect)
      #expect(created.device?.tags == [.unverified])
      let accessible = try await enhanced.createChallenge(
        CreateChallengeRequest(sessionId: "e", accessibleMode: true))
      #expect(accessible.challenge?.mode == .distance)
      // Evidence that cannot be read is no better than none.
      let risk = try await enhanced.getDeviceRisk(
        GetDeviceRiskRequest(
          sessionId: "e", deviceEvidence: SignedDeviceEvidence(evidence: Bytes([255]))))
      #expect(risk.device?.level == .unspecified && risk.device?.fault == "malformed")
      var request = VerifyRequest(sessionId: "e", challengeId: created.challenge?.id ?? "")
      request.capture = try Self.still("selfie.jpg")
      request.bestFrames = 1
      let answer = try await enhanced.verify(request)
      #expect(answer.verdict != .pass && answer.verdict != .unknown)
      #expect(answer.liveness?.record?.enhanced == true)
      let fake = try await enhanced.detectFakeFace(
        DetectFakeFaceRequest(image: DemoPicture.media("selfie.jpg")))
      #expect(fake.level != .low || fake.unmeasured.isEmpty)
    }
  }

  @Test(
    "a file comes in pieces, goes on after a break, and is used by its name",
    arguments: [Profile.native, .compat])
  func uploads(profile: Profile) async throws {
    // Not a video: what matters is that its bytes arrive.
    let file = Bytes((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 2) })
    func part(_ id: String, _ range: Range<Int>) -> UploadPart {
      UploadPart(
        uploadId: id, offset: UInt64(range.lowerBound), data: file[range],
        sha256: Bytes(FaceAnalyzer.sha256(of: file[range])))
    }
    try await LiveServer.withClient(profile) { client in
      let uploads = UploadsClient(client)
      let created = try await uploads.createUpload(
        CreateUploadRequest(
          totalBytes: UInt64(file.count), sha256: Bytes(FaceAnalyzer.sha256(of: file))))
      let id = created.uploadId
      let first = try await uploads.upload()
      try await first.send(part(id, 0..<100_000))
      try await first.send(part("", 100_000..<150_000))
      let held = try await first.answer()
      #expect(held.bytesHeld == 150_000 && !held.complete)
      #expect(try await uploads.getUpload(GetUploadRequest(uploadId: id)).bytesHeld == 150_000)
      let second = try await uploads.upload()
      try await second.send(part(id, 140_000..<300_000))
      #expect(try await second.answer().complete)
      let used = await failure { () throws(ServiceError) in
        try await BasicClient(client).detectLiveness(
          DetectLivenessRequest(capture: Capture(uploadId: id)))
      }
      #expect(used?.detail.symbol == .videoFormatUnsupported)
      _ = try await uploads.deleteUpload(DeleteUploadRequest(uploadId: id))
      let gone = await failure { () throws(ServiceError) in
        try await uploads.getUpload(GetUploadRequest(uploadId: id))
      }
      #expect(gone?.detail.symbol == .uploadUnknown)
    }
  }

  @Test("an account that announces more than it may is told so, and has room again when it deletes")
  func announced() async throws {
    let request = CreateUploadRequest(
      totalBytes: 24 << 20, sha256: Bytes([UInt8](repeating: 1, count: 32)))
    try await LiveServer.withClient { client in
      let uploads = UploadsClient(client)
      var ids: [String] = []
      var refusal: ServiceError?
      while refusal == nil, ids.count < 16 {
        do throws(ServiceError) {
          ids.append(try await uploads.createUpload(request).uploadId)
        } catch { refusal = error }
      }
      // Half of 512 MiB, and what other tests hold meanwhile.
      #expect((6...10).contains(ids.count))
      #expect(refusal?.code == .resourceExhausted)
      #expect(refusal?.detail.symbol == .uploadQuotaExceeded)
      #expect(refusal?.detail.limit == "\(512 << 20) bytes")
      #expect(refusal?.detail.retryable == true && refusal?.detail.retryAfterMillis ?? 0 > 0)
      for id in ids { _ = try await uploads.deleteUpload(DeleteUploadRequest(uploadId: id)) }
      let id = try await uploads.createUpload(request).uploadId
      _ = try await uploads.deleteUpload(DeleteUploadRequest(uploadId: id))
    }
  }

  @Test(
    "on a real clip the asked action is found in its time, and another clip's challenge fails",
    .enabled(if: Workplace.hasData, "evaluation data is not beside the repository"))
  func realClip() async throws {
    let capture = try #require(Self.clip("pexels_blink.mp4"))
    let blink = try await Self.challenge([.blink])
    let answer = try await Self.detect(capture, blink.id, bestFrames: 3)
    #expect(answer.liveness?.actions.map(\.performed) == [true])
    #expect(answer.bestFrames.count == 3)
    #expect(answer.verdict == .pass, "\(answer.reasons)")
    let nod = try await Self.challenge([.nod])
    let other = try await Self.detect(capture, nod.id)
    #expect(other.verdict == .reject)
    #expect(other.liveness?.attackTags.contains(.replayed) == true)
  }

  @Test(
    "a film of another session does not pass under its own action again, although every picture is compressed anew",
    .enabled(if: Workplace.hasData, "evaluation data is not beside the repository"))
  func replayedFilm() async throws {
    let name = "lp_d6.mp4"
    let film = Bytes(try Workplace.read(Workplace.data + "/videos/" + name))
    // It may or may not pass; it is remembered.
    _ = try await Self.detect(
      try #require(Self.clip(name)), try await Self.challenge([.blink], session: "first").id,
      session: "first")
    var copy = Capture()
    _ = try VideoDecoder.decode(film, wanted: .every(seconds: 1 / 15)) { frame in
      let seconds = frame.seconds
      guard seconds < 6 else { return false }
      let pixels = frame.takePixels()
      copy.frames.append(
        CapturedFrame(
          jpeg: pixels.jpeg(quality: 60), deviceTimeMs: 9_000 + UInt64((seconds * 1000).rounded())))
      return true
    }
    let challenge = try await Self.challenge([.blink], session: "second")
    let answer = try await Self.detect(copy, challenge.id, session: "second")
    #expect(answer.verdict == .reject)
    #expect(answer.liveness?.attackTags.contains(.replayed) == true)
  }

  @Test("a capture in pieces of one call is put together; pieces that do not fit are refused")
  func stream() async throws {
    let frames = try Self.still("selfie.jpg", seconds: 2).frames
    try await LiveServer.withClient { client in
      let enhanced = EnhancedClient(client)
      func challenge() async throws -> String {
        let created = try await enhanced.createChallenge(CreateChallengeRequest(sessionId: "v"))
        return created.challenge?.id ?? ""
      }
      func send(_ parts: [VerifyPart]) async throws(ServiceError) -> VerifyResponse {
        let call = try await enhanced.verifyStream()
        for part in parts {
          // A server that has answered early takes no more: its answer says why.
          do throws(ServiceError) { try await call.send(part) } catch { break }
        }
        return try await call.answer()
      }
      let request = VerifyRequest(sessionId: "v", challengeId: try await challenge())
      let answer = try await send(
        [VerifyPart(request: request)]
          + stride(from: 0, to: frames.count, by: 7).map {
            VerifyPart(frames: Array(frames[$0..<min($0 + 7, frames.count)]))
          })
      #expect(answer.verdict != .pass && answer.verdict != .unknown)
      let analysed = answer.liveness?.record?.signals.first { $0.name == "framesAnalysed" }
      #expect(analysed.map { $0.value > 10 } == true)
      var loaded = request
      loaded.capture = Capture(frames: frames)
      for (parts, symbol) in [
        ([VerifyPart(frames: frames)], ErrorSymbol.missingField),
        ([VerifyPart(request: request), VerifyPart(request: request)], .outOfRange),
        ([VerifyPart(request: loaded)], .outOfRange),
        ([VerifyPart(request: request)], .outOfRange),
        (
          [VerifyPart(request: request), VerifyPart(video: Bytes([1]), frames: frames)], .outOfRange
        ), ([VerifyPart(request: request), VerifyPart(frames: frames)], .challengeUsed),
      ] {
        let refused = await failure { () throws(ServiceError) in try await send(parts) }
        #expect(refused?.detail.symbol == symbol)
      }
    }
  }
}
