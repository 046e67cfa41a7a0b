// How the colours of a real clip wander by themselves: movement, speech, noise, compression, exposure.

internal import Glibc
package import Vision

/// The colours of a recorded face and what is beside it, as factors about their medians, by frame. Put on simulated light
/// in place of simulated noise.
package struct FlashRecording: Sendable {
  /// One frame.
  struct Frame {
    /// Since the first frame.
    let seconds: Double
    /// By region in `FrameLight.Region`'s order; nil where it was not seen.
    let factors: [SIMD3<Double>?]
  }

  let frames: [Frame]

  /// Frames below which a clip is not used.
  package static let framesMin = 20

  /// Nil if fewer than `framesMin` frames tell colours.
  package init?(_ track: FaceTrack) {
    let seen = track.frames.compactMap { frame in
      frame.light.map { (seconds: frame.seconds, colors: $0.colors) }
    }
    guard seen.count >= Self.framesMin else { return nil }
    func light(_ color: LinearColor) -> SIMD3<Double>? {
      let light = SIMD3(color.red, color.green, color.blue)
      return light.min() > 1e-4 ? light : nil
    }
    let medians = FrameLight.Region.allCases.map { region in
      let all = seen.compactMap { $0.colors[region].flatMap(light) }
      return all.isEmpty
        ? nil : SIMD3(median(all.map(\.x)), median(all.map(\.y)), median(all.map(\.z)))
    }
    frames = seen.map { frame in
      let factors = FrameLight.Region.allCases.map { region -> SIMD3<Double>? in
        guard let middle = medians[region.rawValue],
          let color = frame.colors[region].flatMap(light)
        else { return nil }
        return color / middle
      }
      return Frame(seconds: frame.seconds - seen[0].seconds, factors: factors)
    }
  }

  /// Frames of `seconds`; a shorter clip is played to and fro.
  func played(for seconds: Double) -> [Frame] {
    var played: [Frame] = []
    var (index, step, now) = (0, 1, 0.0)
    while now < seconds {
      played.append(Frame(seconds: now, factors: frames[index].factors))
      if !frames.indices.contains(index + step) { step = -step }
      now += max(abs(frames[index + step].seconds - frames[index].seconds), 0.001)
      index += step
    }
    return played
  }
}

private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
