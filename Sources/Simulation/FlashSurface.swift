// Shapes before a flashing screen, and how much light reaches their places.
//
// Right-handed, in cm: x to the right of the picture, y up, z towards the screen. The tip of the nose is near the origin;
// the screen lies in the plane z = distance, its camera at the middle of its upper edge.

internal import Glibc

/// A place on a surface and where it faces.
struct FlashPlace {
  var position: SIMD3<Double>
  var normal: SIMD3<Double>
}

/// The regions of a face (forehead, right cheek, left cheek, nose, chin, right side, left side), and the two places
/// beside it.
struct FlashShape {
  var face: [FlashPlace]
  /// Places beside the face if they belong to the same surface; nil if the room's wall is seen there.
  var beside: [FlashPlace]?

  /// Places of a face, cm from the tip of the nose, and their slants, x and y of the normal over z: middles of the
  /// regions that `FrameLight` samples on MediaPipe's canonical face. The nose stands for its ridge and flanks.
  private static let regions: [FlashPlace] = [
    place(x: 0, y: 6.3, z: -2.8, slant: SIMD2(0, 0.26)),
    place(x: -4.4, y: -0.2, z: -4.1, slant: SIMD2(-0.72, 0.05)),
    place(x: 4.4, y: -0.2, z: -4.1, slant: SIMD2(0.72, 0.05)),
    place(x: 0, y: 1.8, z: -1.3, slant: SIMD2(0, 0.6)),
    place(x: 0, y: -7.2, z: -3.1, slant: SIMD2(0, -0.37)),
    place(x: -5.8, y: -0.1, z: -5.3, slant: SIMD2(-1.22, -0.06)),
    place(x: 5.8, y: -0.1, z: -5.3, slant: SIMD2(1.22, -0.06)),
  ]

  private static func place(x: Double, y: Double, z: Double, slant: SIMD2<Double>) -> FlashPlace {
    let normal = SIMD3(slant.x, slant.y, 1)
    return FlashPlace(
      position: SIMD3(x, y, z), normal: normal / (normal * normal).sum().squareRoot())
  }

  /// A head; `depth` scales how far it stands out.
  static func head(depth: Double) -> FlashShape {
    let places = regions.map { region in
      place(
        x: region.position.x, y: region.position.y, z: region.position.z * depth,
        slant: SIMD2(region.normal.x, region.normal.y) / region.normal.z * depth)
    }
    return FlashShape(face: places, beside: nil)
  }

  /// A picture of a head on a sheet.
  /// - Parameters:
  ///   - scale: size of the pictured head over life size.
  ///   - bend: radius of the cylinder about the upright axis that it is bent to, cm; infinite for flat.
  ///   - wide: whether the sheet reaches beyond the head.
  static func sheet(scale: Double, bend: Double, wide: Bool) -> FlashShape {
    func onSheet(_ x: Double, _ y: Double) -> FlashPlace {
      let angle = x * scale / bend
      guard bend.isFinite else { return place(x: x * scale, y: y * scale, z: 0, slant: SIMD2()) }
      return FlashPlace(
        position: SIMD3(bend * sin(angle), y * scale, bend * (cos(angle) - 1)),
        normal: SIMD3(sin(angle), 0, cos(angle)))
    }
    return FlashShape(
      face: regions.map { onSheet($0.position.x, $0.position.y) },
      beside: wide ? [onSheet(-9, 3), onSheet(9, 3)] : nil)
  }

  /// Turned (radians, yaw then pitch) about a point behind the nose and moved.
  func moved(yaw: Double, pitch: Double, by shift: SIMD3<Double>) -> FlashShape {
    let pivot = SIMD3<Double>(0, 0, -8)
    func turn(_ v: SIMD3<Double>) -> SIMD3<Double> {
      let turned = SIMD3(
        cos(yaw) * v.x + sin(yaw) * v.z, v.y, cos(yaw) * v.z - sin(yaw) * v.x)
      return SIMD3(
        turned.x, cos(pitch) * turned.y - sin(pitch) * turned.z,
        cos(pitch) * turned.z + sin(pitch) * turned.y)
    }
    func move(_ place: FlashPlace) -> FlashPlace {
      FlashPlace(
        position: turn(place.position - pivot) + pivot + shift, normal: turn(place.normal))
    }
    return FlashShape(face: face.map(move), beside: beside?.map(move))
  }
}

extension FlashScene {
  /// Lux of the screen at full white.
  func screenLux(at place: FlashPlace) -> Double {
    let (across, down) = (3, 5)
    let area = screenWidth * screenHeight / Double(across * down)
    var sum = 0.0
    for i in 0..<across {
      for j in 0..<down {
        let x = screenWidth * ((Double(i) + 0.5) / Double(across) - 0.5)
        let y = -screenHeight * (Double(j) + 0.5) / Double(down)
        let ray = SIMD3(x, y, distance) - place.position
        let square = (ray * ray).sum()
        let received = max(0, (ray * place.normal).sum())
        sum += max(0, ray.z) * received / (square * square)
      }
    }
    return screenNits * area * sum
  }

  /// Lux of the room by channel.
  func roomLight(at place: FlashPlace) -> SIMD3<Double> {
    let lamp = max(0, (place.normal * lampDirection).sum())
    let sky = 0.65 + 0.35 * place.normal.y
    // What the lamp gives to a face that looks straight ahead is the measure, unless it comes from the side.
    let level = max(lampDirection.z, 0.5)
    let diffuse = diffuseShare * sky / 0.65 + 0.03
    let direct = (1 - diffuseShare) * lamp / level
    return (diffuseColor * diffuse + lampColor * direct) * roomLux
  }

  /// Lux of the screen at full white on the wall behind, by side.
  func wallLux(_ side: Int) -> Double {
    let far = backgroundDistance[side]
    return screenNits * screenWidth * screenHeight / (far * far)
  }

  /// Share of a place of a mirror that shows the screen to the camera. The mirror's plane is at z = 0, tilted by small
  /// angles; a ray from the camera leaves a point p towards 2p less the camera, moved by the tilt.
  func mirrored(_ position: SIMD3<Double>, size: Double, tilt: SIMD2<Double>) -> Double {
    var count = 0
    for i in -1...1 {
      for j in -1...1 {
        let p = SIMD2(position.x + Double(i) * size / 2, position.y + Double(j) * size / 2)
        let seen = 2 * p + 2 * distance * tilt
        if abs(seen.x) < screenWidth / 2, seen.y < 0, seen.y > -screenHeight { count += 1 }
      }
    }
    return Double(count) / 9
  }
}
