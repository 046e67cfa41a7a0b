// How a face moved in the four tenths of a second before a frame, in 63 bits: the same film gives the same bits after
// it was encoded again, another film of the same face does not.

internal import Glibc

/// The bits of one frame.
///
/// Not the picture but its change is described, so neither the room nor the looks of a person count, and a film without
/// motion has nothing to recognise it by. The bits are signs of the 63 lowest spatial frequencies of the change about
/// the face; they tell how it moved, not whose it is. They are nevertheless stored under a key only.
package struct FrameFingerprint: Sendable, Equatable {
  /// Of the frame, since the clip's first.
  package var seconds: Double
  /// Bit 8·v + u is set where the frequency with u half waves across and v down is positive; bit 0 is never set.
  package var bits: UInt64
  /// The change's size as a share of the picture's contrast, 0–1 and more. Small ones are mostly noise.
  package var activity: Double

  package init(seconds: Double, bits: UInt64, activity: Double) {
    self.seconds = seconds
    self.bits = bits
    self.activity = activity
  }

  /// Bits that mean something.
  package static let bitCount = 63

  /// The frame seen in a mirror: odd half waves across change their sign.
  package var mirrored: FrameFingerprint {
    let odd: UInt64 = 0xAAAA_AAAA_AAAA_AAAA
    return FrameFingerprint(seconds: seconds, bits: bits ^ odd, activity: activity)
  }
}

/// Where a fingerprint is taken: a square about the middle between eyes and mouth.
package struct FingerprintPlace: Sendable, Equatable {
  /// Pixels of the upright frame, of pixel centres.
  package var centre: ImagePoint
  /// Side in pixels.
  package var side: Double

  package init(centre: ImagePoint, side: Double) {
    self.centre = centre
    self.side = side
  }

  /// - Parameter points: right eye, left eye, nose tip, right and left mouth corner. Nil if they do not make a face.
  package init?(points: [ImagePoint]) {
    guard points.count == 5 else { return nil }
    func middle(_ a: ImagePoint, _ b: ImagePoint) -> ImagePoint {
      ImagePoint(x: (a.x + b.x) / 2, y: (a.y + b.y) / 2)
    }
    func distance(_ a: ImagePoint, _ b: ImagePoint) -> Double {
      ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).squareRoot()
    }
    let (eyes, mouth) = (middle(points[0], points[1]), middle(points[3], points[4]))
    let size = max(distance(points[0], points[1]), distance(eyes, mouth))
    guard size.isFinite, size >= FingerprintLimits.eyeDistanceMin else { return nil }
    self.init(centre: middle(eyes, mouth), side: size * FingerprintLimits.sideOverEyeDistance)
  }

  /// - Parameter mesh: the 478 points of a face.
  package init?(mesh: [MeshPoint]) {
    guard mesh.count > 362 else { return nil }
    func middle(_ a: Int, _ b: Int) -> ImagePoint {
      ImagePoint(x: Double(mesh[a].x + mesh[b].x) / 2, y: Double(mesh[a].y + mesh[b].y) / 2)
    }
    // Corners of the eyes, tip of the nose, corners of the mouth, in MediaPipe's numbering.
    self.init(points: [
      middle(33, 133), middle(362, 263), middle(1, 1), middle(61, 61), middle(291, 291),
    ])
  }
}

/// What a frame gave to be compared: with other clips, and with the frame before it.
package struct FrameTrace: Sendable, Equatable {
  /// Nil where there is none; see `FrameFingerprinter.add`.
  package var fingerprint: FrameFingerprint?
  /// Nil for the first frame.
  package var change: FrameChange?
}

/// Takes fingerprints and changes along a clip. Used on one thread; keeps small grey copies of the last half second.
package struct FrameFingerprinter {
  private var past: [(seconds: Double, picture: GreyGrid)] = []
  private var patches: NoisePatches?
  private var last = -Double.infinity

  package init() {}

  /// Takes in a frame. It has no fingerprint while the face is lost, in the clip's first third of a second, and within
  /// a tenth of a second of the last one. Times must rise; a frame that does not is left out.
  mutating func add(
    _ picture: ImagePyramid, place: FingerprintPlace?, seconds: Double
  ) -> FrameTrace {
    picture.withPixels { pixels in
      add(GreyGrid(pixels), NoisePatches(pixels), place: place, seconds: seconds)
    }
  }

  mutating func add(
    _ picture: GreyGrid, _ noise: NoisePatches, place: FingerprintPlace?, seconds: Double
  ) -> FrameTrace {
    guard seconds.isFinite, seconds > past.last?.seconds ?? -.infinity else { return FrameTrace() }
    let change = change(picture, noise, seconds)
    patches = noise
    let fingerprint = fingerprint(picture, place, seconds)
    past.append((seconds, picture))
    if past.count > FingerprintLimits.keptMax { past.removeFirst() }
    return FrameTrace(fingerprint: fingerprint, change: change)
  }

  private func change(
    _ picture: GreyGrid, _ noise: NoisePatches, _ seconds: Double
  ) -> FrameChange? {
    guard let before = past.last, before.picture.fits(picture), let patches else { return nil }
    let (level, unchanged) = noise.change(from: patches)
    return FrameChange(
      seconds: seconds, gapSeconds: seconds - before.seconds,
      meanChange: picture.meanChange(from: before.picture), noise: level,
      unchangedShare: unchanged)
  }

  private mutating func fingerprint(
    _ picture: GreyGrid, _ place: FingerprintPlace?, _ seconds: Double
  ) -> FrameFingerprint? {
    let wanted = seconds - FingerprintLimits.lagSeconds
    let tolerance = FingerprintLimits.lagToleranceSeconds
    past.removeAll { $0.seconds < wanted - tolerance }
    guard let place, seconds - last >= FingerprintLimits.spacingSeconds,
      let before = past.min(by: { abs($0.seconds - wanted) < abs($1.seconds - wanted) }),
      abs(before.seconds - wanted) <= tolerance, before.picture.fits(picture)
    else { return nil }
    last = seconds
    return Self.fingerprint(picture, before.picture, place, seconds)
  }

  private static func fingerprint(
    _ now: GreyGrid, _ before: GreyGrid, _ place: FingerprintPlace, _ seconds: Double
  ) -> FrameFingerprint {
    let cells = FingerprintLimits.cells
    let view = now.view(place, cells: cells)
    let earlier = before.view(place, cells: cells)
    let change = zip(view, earlier).map { $0 - $1 }
    let spectrum = CosineTransform.lowest(of: change)
    var bits: UInt64 = 0
    for index in 1..<64 where spectrum[index] > 0 { bits |= 1 << UInt64(index) }
    let count = Float(view.count)
    let mean = view.reduce(0, +) / count
    let deviation = (view.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    let size = (change.reduce(0) { $0 + $1 * $1 } / count).squareRoot()
    return FrameFingerprint(
      seconds: seconds, bits: bits,
      activity: Double(size / (deviation + FingerprintLimits.contrastFloor)))
  }
}

/// The 8 × 8 lowest frequencies of a square of `FingerprintLimits.cells` × the same.
private enum CosineTransform {
  private static let waves = 8

  /// cos(π (2x + 1) u / 2n), u in rows.
  private static let table: [Float] = {
    let cells = FingerprintLimits.cells
    return (0..<waves * cells).map { index in
      let (u, x) = (Double(index / cells), Double(index % cells))
      return Float(cos(.pi * (2 * x + 1) * u / (2 * Double(cells))))
    }
  }()

  /// Row v, column u; not scaled, since only signs are read.
  static func lowest(of values: [Float]) -> [Float] {
    let cells = FingerprintLimits.cells
    var across = [Float](repeating: 0, count: cells * waves)
    for y in 0..<cells {
      for u in 0..<waves {
        var sum: Float = 0
        for x in 0..<cells { sum += values[y * cells + x] * table[u * cells + x] }
        across[y * waves + u] = sum
      }
    }
    var spectrum = [Float](repeating: 0, count: waves * waves)
    for v in 0..<waves {
      for u in 0..<waves {
        var sum: Float = 0
        for y in 0..<cells { sum += across[y * waves + u] * table[v * cells + y] }
        spectrum[v * waves + u] = sum
      }
    }
    return spectrum
  }
}
