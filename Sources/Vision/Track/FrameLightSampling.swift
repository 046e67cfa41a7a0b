// Mean colours of the face's regions and of what is beside the head, in linear light.

internal import Glibc
internal import Media

extension FrameLight {
  /// Corners of each region of skin, as points of the mesh, clockwise in the picture. They keep clear of hair, brows,
  /// eyes, nostrils and lips.
  private static let corners: [(region: Region, points: [Int])] = [
    (.forehead, [69, 299, 296, 66]),
    (.rightCheek, [117, 101, 205, 187]),
    (.leftCheek, [330, 346, 411, 425]),
    (.nose, [122, 351, 281, 51]),
    (.chin, [83, 313, 377, 148]),
    (.rightSide, [116, 117, 187, 147]),
    (.leftSide, [346, 345, 376, 411]),
  ]
  /// Places looked at along each side of a region.
  private static let steps = 24
  /// Where the patches beside the head lie, in widths of the face's box from its edge, and from its top in heights.
  /// Hair and ears are within a quarter of the width.
  private static let beside = (near: 0.3, far: 0.8)
  private static let below = (top: -0.1, bottom: 0.5)
  /// A patch that is narrower than this, in widths of the face's box, is left out.
  private static let patchWidthMin = 0.08
  /// Share of a region's places that must lie in the picture.
  private static let insideMin = 0.75
  /// A channel at this value or above is clipped.
  private static let clipped: UInt8 = 250

  /// sRGB's curve undone, by value (IEC 61966-2-1).
  static let linear: [Float] = (0...255).map { value in
    let v = Double(value) / 255
    return Float(v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4))
  }

  /// Measures the face of `mesh`, in pixel-centre coordinates of `picture`.
  init(_ picture: ImagePyramid, mesh: [MeshPoint]) {
    let (width, height) = (picture.width, picture.height)
    let colors: [Region: LinearColor] = picture.withPixels { pixels in
      pixels.withUnsafeBytes { bytes in
        var colors: [Region: LinearColor] = [:]
        for (region, points) in Self.corners {
          var sum = LightSum(bytes, width: width, height: height)
          sum.addQuad(points.map { mesh[$0] }, steps: Self.steps)
          if sum.insideShare >= Self.insideMin { colors[region] = sum.color }
        }
        let box = FaceMesh.box(of: mesh)
        let (near, far) = (Self.beside.near * box.width, Self.beside.far * box.width)
        let top = box.y + Self.below.top * box.height
        let bottom = box.y + Self.below.bottom * box.height
        for (region, from, to) in [
          (Region.backgroundLeft, box.x - far, box.x - near),
          (.backgroundRight, box.x + box.width + near, box.x + box.width + far),
        ] {
          let (left, right) = (max(from, 0), min(to, Double(width - 1)))
          guard right - left >= Self.patchWidthMin * box.width else { continue }
          var sum = LightSum(bytes, width: width, height: height)
          sum.addQuad(
            [(left, top), (right, top), (right, bottom), (left, bottom)].map {
              MeshPoint(x: Float($0.0), y: Float($0.1), z: 0)
            }, steps: Self.steps)
          if sum.insideShare >= Self.insideMin { colors[region] = sum.color }
        }
        return colors
      }
    }
    self.init(colors: colors)
  }

  /// Adds up linear light over places of a picture.
  private struct LightSum {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let width: Int
    private let height: Int
    private var red = 0.0
    private var green = 0.0
    private var blue = 0.0
    private var clipped = 0
    private var inside = 0
    private var asked = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, width: Int, height: Int) {
      self.bytes = bytes
      self.width = width
      self.height = height
    }

    /// Share of the places so far that lay in the picture.
    var insideShare: Double { asked == 0 ? 0 : Double(inside) / Double(asked) }

    /// The mean; call only if there is one.
    var color: LinearColor {
      let count = Double(inside)
      return LinearColor(
        red: red / count, green: green / count, blue: blue / count,
        clippedShare: Double(clipped) / count)
    }

    /// Adds `steps` × `steps` places spread evenly between four corners, clockwise from the upper left.
    mutating func addQuad(_ corners: [MeshPoint], steps: Int) {
      let (a, b, c, d) = (corners[0], corners[1], corners[2], corners[3])
      for row in 0..<steps {
        let v = (Float(row) + 0.5) / Float(steps)
        let (leftX, leftY) = (a.x + v * (d.x - a.x), a.y + v * (d.y - a.y))
        let (rightX, rightY) = (b.x + v * (c.x - b.x), b.y + v * (c.y - b.y))
        for column in 0..<steps {
          let u = (Float(column) + 0.5) / Float(steps)
          add(leftX + u * (rightX - leftX), leftY + u * (rightY - leftY))
        }
      }
    }

    private mutating func add(_ x: Float, _ y: Float) {
      asked += 1
      // Written so that what is not a number is outside as well.
      guard x > -0.5, y > -0.5, x < Float(width) - 0.5, y < Float(height) - 0.5 else { return }
      let at = 3 * (Int(y.rounded()) * width + Int(x.rounded()))
      let (r, g, b) = (bytes[at], bytes[at + 1], bytes[at + 2])
      inside += 1
      red += Double(FrameLight.linear[Int(r)])
      green += Double(FrameLight.linear[Int(g)])
      blue += Double(FrameLight.linear[Int(b)])
      if max(r, g, b) >= FrameLight.clipped { clipped += 1 }
    }
  }
}
