// The pose of a mesh: canonical faces turned by known angles come back as those angles.

internal import Foundation
internal import Testing

@testable internal import Vision

@Suite struct MeshPoseTests {
  /// The canonical face, turned and seen from the front: other points than the anchors are zero.
  private func mesh(
    pitch: Double, yaw: Double, roll: Double, scale: Double = 12, x: Double = 200, y: Double = 150
  ) -> [MeshPoint] {
    let (p, w, r) = (pitch * .pi / 180, yaw * .pi / 180, roll * .pi / 180)
    var mesh = [MeshPoint](
      repeating: MeshPoint(x: 0, y: 0, z: 0), count: MeshModels.pointCount)
    for anchor in CanonicalFace.anchors {
      // Roll clockwise in the picture, then pitch up, then yaw to the person's left.
      let (ax, ay) = (cos(r) * anchor.x + sin(r) * anchor.y, -sin(r) * anchor.x + cos(r) * anchor.y)
      let (by, bz) = (cos(p) * ay + sin(p) * anchor.z, -sin(p) * ay + cos(p) * anchor.z)
      let (cx, cz) = (cos(w) * ax + sin(w) * bz, -sin(w) * ax + cos(w) * bz)
      mesh[anchor.index] = MeshPoint(
        x: Float(x + scale * cx), y: Float(y - scale * by), z: Float(-scale * cz))
    }
    return mesh
  }

  @Test(arguments: [
    (0.0, 0.0, 0.0), (20, 0, 0), (-25, 0, 0), (0, 40, 0), (0, -55, 0), (0, 0, 30), (0, 0, -80),
    (10, -30, 15), (-20, 50, -10),
  ])
  func knownAnglesComeBack(_ pitch: Double, _ yaw: Double, _ roll: Double) {
    let pose = HeadPose(mesh: mesh(pitch: pitch, yaw: yaw, roll: roll))
    #expect(abs(pose.pitch - pitch) < 0.01)
    #expect(abs(pose.yaw - yaw) < 0.01)
    #expect(abs(pose.roll - roll) < 0.01)
  }

  /// The signs are those of `HeadPose`: the nose moves to the right of the picture for yaw to the person's left, and
  /// the person's left eye sinks for a clockwise roll.
  @Test func signsAreThoseOfTheHeadPose() {
    let turned = mesh(pitch: 0, yaw: 30, roll: 0)
    let eyes = (turned[MeshIndex.rightEyeOuter].x + turned[MeshIndex.leftEyeOuter].x) / 2
    #expect(turned[MeshIndex.noseTip].x > eyes + 20)
    let leaning = mesh(pitch: 0, yaw: 0, roll: 20)
    #expect(leaning[MeshIndex.leftEyeOuter].y > leaning[MeshIndex.rightEyeOuter].y + 10)
    let up = mesh(pitch: 25, yaw: 0, roll: 0)
    let level = mesh(pitch: 0, yaw: 0, roll: 0)
    #expect(up[MeshIndex.noseTip].y < level[MeshIndex.noseTip].y - 10)
  }

  @Test func placeAndScaleDoNotCount() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    for _ in 0..<200 {
      let (pitch, yaw, roll) = (
        Double.random(in: -60...60, using: &random), Double.random(in: -80...80, using: &random),
        Double.random(in: -170...170, using: &random)
      )
      let pose = HeadPose(
        mesh: mesh(
          pitch: pitch, yaw: yaw, roll: roll, scale: Double.random(in: 1...60, using: &random),
          x: Double.random(in: -500...500, using: &random),
          y: Double.random(in: -500...500, using: &random)))
      #expect(abs(pose.pitch - pitch) < 0.05, "seed \(seed)")
      #expect(abs(pose.yaw - yaw) < 0.05, "seed \(seed)")
      #expect(abs(pose.roll - roll) < 0.05, "seed \(seed)")
    }
  }

  @Test func aMeshWithoutExtentIsNotTurned() {
    let pose = HeadPose(
      mesh: [MeshPoint](repeating: MeshPoint(x: 7, y: 7, z: 7), count: MeshModels.pointCount))
    #expect(pose == HeadPose(pitch: 0, yaw: 0, roll: 0))
  }
}
