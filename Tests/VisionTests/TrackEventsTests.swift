// Events read off frames, steady parts, and the light of regions: exact cases without models.

internal import Foundation
internal import Testing

@testable internal import Media
@testable internal import Vision

@Suite struct TrackEventsTests {
  private func face(x: Double = 100, similarity: Double? = nil, yaw: Double = 0) -> TrackedFace {
    TrackedFace(
      box: ImageBox(x: x, y: 100, width: 100, height: 100), presence: 1,
      pose: HeadPose(pitch: 0, yaw: yaw, roll: 0), mesh: [], blendshapes: [],
      similarity: similarity)
  }

  private func events(_ frames: [TrackFrame]) -> [TrackEvent] {
    TrackEvents(frames, width: 400, height: 300).all
  }

  private func track(_ frames: [TrackFrame]) -> FaceTrack {
    FaceTrack(width: 400, height: 300, frames: frames, events: events(frames))
  }

  @Test func anUneventfulTrackHasNone() {
    let frames = (0..<5).map {
      TrackFrame(seconds: Double($0), facesSeen: $0 == 0 ? 1 : nil, face: face())
    }
    #expect(events(frames).isEmpty)
  }

  @Test func aFaceIsLostFromItsFirstFrameWithoutToItsLast() {
    let frames = [true, false, false, true, false].enumerated().map {
      TrackFrame(seconds: Double($0), face: $1 ? face() : nil)
    }
    #expect(
      events(frames) == [
        TrackEvent(kind: .faceLost, start: 1, end: 2),
        TrackEvent(kind: .faceLost, start: 4, end: 4),
      ])
  }

  @Test func severalFacesLastFromDetectionToDetection() {
    let seen: [Int?] = [1, nil, 2, nil, 2, nil, 1, nil]
    let frames = seen.enumerated().map {
      TrackFrame(seconds: Double($0), facesSeen: $1, face: face())
    }
    #expect(events(frames) == [TrackEvent(kind: .severalFaces, start: 2, end: 4)])
  }

  @Test func aFaceOverTheEdgeHasLeft() {
    let frames = [100.0, 299.5, 310, -20, 100].enumerated().map {
      TrackFrame(seconds: Double($0), face: face(x: $1))
    }
    #expect(events(frames) == [TrackEvent(kind: .leftFrame, start: 2, end: 3)])
  }

  @Test func anotherPersonIsJudgedByHowTheHeadIsTurned() {
    let seen: [(Double?, Double)] = [
      (1, 0), (nil, 0), (0.3, 35), (0.3, 0), (nil, 0), (0.1, 35), (0.8, 0),
    ]
    let frames = seen.enumerated().map {
      TrackFrame(seconds: Double($0), face: face(similarity: $1.0, yaw: $1.1))
    }
    #expect(events(frames) == [TrackEvent(kind: .personChanged, start: 3, end: 5)])
  }

  @Test func whatIsNearAnEventOrBesideAnotherPersonIsNotSteady() {
    var frames = (0..<60).map { TrackFrame(seconds: Double($0) / 10, face: face()) }
    for index in stride(from: 0, to: 40, by: 10) { frames[index].face?.similarity = 0.9 }
    for index in stride(from: 40, to: 60, by: 10) { frames[index].face?.similarity = 0.1 }
    frames[25].face = nil
    let track = track(frames)
    #expect(track.isSteady(at: 1.5))
    #expect(!track.isSteady(at: 2.4), "a face is lost at 2.5 s")
    #expect(!track.isSteady(at: 3.5), "at 4 s it is somebody else")
    #expect(!track.isSteady(at: 5.5))
  }

  @Test func withoutATemplateNothingIsSteady() {
    #expect(!track([TrackFrame(seconds: 0, face: face())]).isSteady(at: 0))
  }
}

@Suite struct FrameLightTests {
  /// Points strewn over the picture's middle: regions are quads of them.
  private func mesh() -> [MeshPoint] {
    (0..<MeshModels.pointCount).map { index in
      let (x, y) = (index * 7919 % 80, index * 104_729 % 80)
      return MeshPoint(x: Float(60 + x), y: Float(60 + y), z: 0)
    }
  }

  @Test func aFlatPictureGivesItsColourInLinearLight() {
    let picture = ImagePyramid(PixelBuffer(width: 200, height: 200, red: 255, green: 188, blue: 0))
    let light = FrameLight(picture, mesh: mesh())
    #expect(light.colors.count == FrameLight.Region.allCases.count)
    for color in light.colors.values {
      #expect(abs(color.red - 1) < 1e-6)
      // sRGB 188 is half of the light.
      #expect(abs(color.green - 0.5029) < 1e-3)
      #expect(color.blue == 0)
      #expect(color.clippedShare == 1)
    }
  }

  @Test func averagesAreOfLightNotOfCodes() {
    var pixels = PixelBuffer(width: 200, height: 200, red: 0, green: 0, blue: 0)
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    pixels.withUnsafeMutableBytes { bytes in
      for pixel in 0..<bytes.count / 3 where Bool.random(using: &random) {
        for channel in 0..<3 { bytes[3 * pixel + channel] = 255 }
      }
    }
    let light = FrameLight(ImagePyramid(pixels), mesh: mesh())
    // Half of the pixels are white; the mean of their codes would be 0.21 of the light. A region has few samples.
    let means = light.colors.values.map(\.red)
    let mean = means.reduce(0, +) / Double(max(means.count, 1))
    #expect((0.4...0.6).contains(mean), "seed \(seed)")
  }

  @Test func whatLiesOutsideIsAbsent() {
    let picture = ImagePyramid(PixelBuffer(width: 200, height: 200, red: 9, green: 9, blue: 9))
    let away: [MeshPoint] = mesh().map { MeshPoint(x: $0.x - 130, y: $0.y, z: 0) }
    let light = FrameLight(picture, mesh: away)
    #expect(light.colors[.backgroundLeft] == nil)
    #expect(light.colors[.backgroundRight] != nil)
    let lost: [MeshPoint] = mesh().map { MeshPoint(x: .nan, y: $0.y, z: 0) }
    let none = FrameLight(picture, mesh: lost)
    #expect(none.colors[.nose] == nil)
  }
}
