// How strongly face, its regions and the background answer to a sequence, at a known delay.

internal import Glibc
internal import Vision

/// Answers of surfaces to a sequence.
///
/// The light of the screen at full over all other light on a surface is called its response, κ. Between low and full, the
/// logarithm of a channel changes by a = log((1 + κ) ÷ (1 + low · κ)); the surface's own colour does not
/// matter.
struct ReflectResponse {
  /// κ of the face and its standard error.
  let face: Double
  let faceError: Double
  /// κ of each region of the face, relative to the face; those that were seen.
  let regions: [FrameLight.Region: Double]
  /// κ of the background over that of the face, and its standard error; nil if none was seen.
  let background: (ratio: Double, error: Double)?
  /// Relief and its standard error, see `reliefWeights`; nil unless all its regions were seen.
  let relief: (value: Double, error: Double)?
  /// Root mean square of the face's chroma without drift.
  let chromaChange: Double

  /// Relief is the mean logarithm of the response along the middle of the face less that of its sides. A face bulges:
  /// its middle is nearer to the screen and faces it, its sides are some 3 cm farther and turned away by 50°. On a
  /// plane the light of a near source varies much as c + ax + by + d(x² + y²), wherever the source and however the
  /// plane is tilted, and these weights cancel all but 2 % of that: the middle's mean square distance from the face's
  /// centre, 32 cm², is the sides', 34 cm² (MediaPipe's canonical face).
  static let reliefWeights: [FrameLight.Region: Double] = [
    .forehead: 1.0 / 3, .nose: 1.0 / 3, .chin: 1.0 / 3, .rightSide: -0.5, .leftSide: -0.5,
  ]

  /// Share of frames on which a region must be seen to be judged.
  static let regionShareMin = 0.6
  /// Frames below which nothing is fitted: twice the unknowns of a fit.
  static let framesMin = 20
  /// Other sequences that the noise is read with: its part along each is as likely as that along the issued one.
  static let noisePatterns = 64

  /// Nil if there are too few frames.
  init?(
    _ series: ReflectSeries, issued: ReflectPattern, others: ArraySlice<ReflectPattern>,
    delay: Double
  ) {
    let frames = series.frames.filter {
      issued.mean(from: $0.start - delay, to: $0.end - delay) != nil
    }
    let noise = others.prefix(Self.noisePatterns)
    guard let all = ReflectProbe(frames, issued: issued, noise: noise, delay: delay) else {
      return nil
    }
    /// Frames without a region say nothing of it: each region is read on its own frames.
    func probe(_ region: FrameLight.Region) -> ReflectProbe? {
      let seen = frames.filter { $0.regions[region.rawValue] != nil }
      if seen.count == frames.count { return all }
      guard Double(seen.count) >= Self.regionShareMin * Double(frames.count) else { return nil }
      return ReflectProbe(seen, issued: issued, noise: noise, delay: delay)
    }

    // Face and background by chroma: exposure cancels.
    let face = all.answer { $0.face }
    let level = Self.response(ofStep: face.step)
    self.face = level
    faceError = face.error * Self.slope(ofStep: face.step)
    chromaChange = all.chromaChange { $0.face }

    let sides = [FrameLight.Region.backgroundLeft, .backgroundRight].compactMap { side in
      probe(side)?.answer { $0.regions[side.rawValue] ?? SIMD3() }
    }
    if sides.isEmpty || level <= 0 {
      background = nil
    } else {
      let mean = sides.reduce(0) { $0 + Self.response(ofStep: $1.step) } / Double(sides.count)
      let variance = sides.reduce(0) { sum, answer in
        let error = answer.error * Self.slope(ofStep: answer.step)
        return sum + error * error
      }
      background = (mean / level, variance.squareRoot() / Double(sides.count) / level)
    }

    // Regions by their difference to the face: white balance cancels. By chroma again: a moving head changes the
    // brightness of a region several times as much as its chroma.
    var steps: [FrameLight.Region: ReflectProbe.Answer] = [:]
    for region in ReflectSeries.faceRegions + ReflectSeries.sideRegions {
      steps[region] = probe(region)?.answer { frame in
        (frame.regions[region.rawValue] ?? frame.face) - frame.face
      }
    }
    regions = steps.mapValues { answer in
      level > 0 ? Self.response(ofStep: face.step + answer.step) / level : 0
    }
    guard level > 0, Self.reliefWeights.keys.allSatisfy({ steps[$0] != nil }) else {
      relief = nil
      return
    }
    var value = 0.0
    var parts = [Double](repeating: 0, count: noise.count)
    for (region, weight) in Self.reliefWeights.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      guard let answer = steps[region] else { continue }
      // A region that hardly answers is as dark as can be told; its relief is not without bound.
      let step = max(face.step + answer.step, 0.1 * face.step)
      let level = Self.response(ofStep: step)
      value += weight * log(level)
      for index in parts.indices {
        parts[index] += weight * Self.slope(ofStep: step) / level * answer.noise[index]
      }
    }
    relief = (value, rootMeanSquare(parts))
  }

  /// Linear light of a low channel.
  static let low = 0.1559

  /// κ for a step a of the logarithm, see above; straight on below zero, and at most 100.
  static func response(ofStep step: Double) -> Double {
    if step <= 0 { return step / (1 - low) }
    let rise = exp(step)
    return rise * low >= 1 ? 100 : min(100, (rise - 1) / (1 - rise * low))
  }

  /// dκ/da.
  static func slope(ofStep step: Double) -> Double {
    let level = max(0, response(ofStep: step))
    return (1 + level) * (1 + low * level) / (1 - low)
  }
}

/// Reads how values of some frames follow a sequence, drift taken out. Frames count by the time they stand for.
private struct ReflectProbe {
  /// The step of a surface's logarithm between low and full.
  struct Answer {
    let step: Double
    let error: Double
    /// What is left, read with sequences that were not shown.
    let noise: [Double]
  }

  private let frames: [ReflectSeries.Frame]
  /// Square roots of the frames' times.
  private let weights: [Double]
  private let basis: [[Double]]
  /// Chroma of the sequence and of others: two axes, drift taken out.
  private let shape: [[Double]]
  private let others: [[[Double]]]

  /// Nil if there are too few frames.
  init?(
    _ frames: [ReflectSeries.Frame], issued: ReflectPattern, noise: ArraySlice<ReflectPattern>,
    delay: Double
  ) {
    guard frames.count >= ReflectResponse.framesMin else { return nil }
    let weights = frames.map { ($0.end - $0.start).squareRoot() }
    let seconds = Double(ReflectPattern.steps) * ReflectPattern.stepSeconds
    let drift = frames.map { ReflectDrift.values(at: ($0.seconds - delay) / seconds) }
    var basis: [[Double]] = []
    for kind in 0..<ReflectDrift.count {
      var values = zip(drift, weights).map { $0[kind] * $1 }
      for other in basis { values = without(other, values) }
      let size = product(values, values).squareRoot()
      guard size > 1e-6 else { return nil }
      basis.append(values.map { $0 / size })
    }
    func clean(_ pattern: ReflectPattern) -> [[Double]] {
      let full = frames.map {
        pattern.mean(from: $0.start - delay, to: $0.end - delay) ?? SIMD3()
      }
      return Self.axes(full, weights, basis)
    }
    self.frames = frames
    self.weights = weights
    self.basis = basis
    shape = clean(issued)
    others = noise.map(clean)
  }

  func answer(_ value: (ReflectSeries.Frame) -> SIMD3<Double>) -> Answer {
    let chroma = Self.axes(frames.map(value), weights, basis)
    let step = Self.part(chroma, along: shape)
    let rest = zip(chroma, shape).map { values, shape in
      zip(values, shape).map { $0 - step * $1 }
    }
    let noise = others.map { Self.part(rest, along: $0) }
    return Answer(step: step, error: rootMeanSquare(noise), noise: noise)
  }

  /// Root mean square of the chroma, drift taken out.
  func chromaChange(_ value: (ReflectSeries.Frame) -> SIMD3<Double>) -> Double {
    let energy = Self.axes(frames.map(value), weights, basis).reduce(0) { $0 + product($1, $1) }
    return (energy / product(weights, weights)).squareRoot()
  }

  private static func axes(
    _ values: [SIMD3<Double>], _ weights: [Double], _ basis: [[Double]]
  ) -> [[Double]] {
    let chroma = values.map(ReflectChroma.of)
    return (0..<2).map { axis in
      var row = zip(chroma, weights).map { $0[axis] * $1 }
      for unit in basis { row = without(unit, row) }
      return row
    }
  }

  private static func part(_ values: [[Double]], along shape: [[Double]]) -> Double {
    let length = product(shape[0], shape[0]) + product(shape[1], shape[1])
    return (product(values[0], shape[0]) + product(values[1], shape[1])) / max(length, 1e-9)
  }
}

private func product(_ left: [Double], _ right: [Double]) -> Double {
  zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
}

/// `values` less their part along `unit`.
private func without(_ unit: [Double], _ values: [Double]) -> [Double] {
  let part = product(unit, values)
  return zip(values, unit).map { $0 - part * $1 }
}

/// 0 of nothing.
private func rootMeanSquare(_ values: [Double]) -> Double {
  (product(values, values) / Double(max(values.count, 1))).squareRoot()
}
