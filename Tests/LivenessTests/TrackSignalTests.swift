// What a track says by itself, on tracks that are made up.

import Liveness
import Simulation
import Testing
import Vision
import Vocabulary

/// A face at each of these times, without one where `isSeen` says so.
private func track(_ times: [Double], isSeen: (Int) -> Bool = { _ in true }) -> FaceTrack {
  let model = HeadModel()
  var random = SeededRandom(seed: 1)
  let frames = times.indices.map { index in
    TrackFrame(
      seconds: times[index], facesSeen: nil,
      face: isSeen(index) ? model.face(HeadState(), using: &random) : nil)
  }
  return FaceTrack(width: 480, height: 640, frames: frames, events: [])
}

private let steady = (0..<60).map { Double($0) / 20 }

@Test("A face that is lost and frames that were left out are the same loss")
func losses() throws {
  func loss(_ track: FaceTrack) throws -> Double {
    try #require(track.signals[.faceLostSecondsMax])
  }
  #expect(try abs(loss(track(steady)) - 0.05) < 1e-9)
  // Ten frames without a face, and the same ten left out.
  let gone = 20..<30
  #expect(try abs(loss(track(steady) { !gone.contains($0) }) - 0.55) < 1e-9)
  let cut = steady.indices.filter { !gone.contains($0) }.map { steady[$0] }
  #expect(try abs(loss(track(cut)) - 0.55) < 1e-9)
  #expect(track(cut).signals[.faceShare] == 1)
  // A slow phone that leaves out a few.
  let slow = (0..<30).map { Double($0) / 9 + ($0 > 12 ? 0.28 : 0) }
  #expect(try loss(track(slow)) < 0.4)
  #expect(track(steady) { _ in false }.signals[.faceLostSecondsMax] == nil)
  #expect(track([0]).signals[.faceLostSecondsMax] == 0)
}

@Test("Eyes that are closed throughout are told, blinks and a single closed eye are not")
func eyes() throws {
  func share(_ shut: (Int) -> (Float, Float)) throws -> Double {
    var clip = track(steady)
    for index in clip.frames.indices {
      let (left, right) = shut(index)
      clip.frames[index].face?.blendshapes[Blendshape.eyeBlinkLeft.rawValue] = left
      clip.frames[index].face?.blendshapes[Blendshape.eyeBlinkRight.rawValue] = right
    }
    return try #require(clip.signals[.eyesOpenShare])
  }
  #expect(try share { _ in (0.85, 0.8) } == 0)
  #expect(try share { _ in (0.1, 0.1) } == 1)
  #expect(try share { _ in (0.9, 0.1) } == 1)
  #expect(try share { (20..<24).contains($0) ? (0.9, 0.9) : (0.1, 0.1) } > 0.9)
  #expect(track(steady) { _ in false }.signals[.eyesOpenShare] == nil)
}
