// Clips of a lit face written down by formula, so that what a judge must find is known exactly.

import Foundation
import Liveness
import Simulation
import Vision

/// A clip without a camera's ways: light of the screen and other light on surfaces of a colour, in frames.
struct ReflectClip {
  var sequence: ReflectSequence
  /// Screen at full over other light, by region in `FrameLight.Region`'s order.
  var responses = [0.3, 0.25, 0.26, 0.34, 0.29, 0.03, 0.04, 0.2, 0.18]
  /// Colour of each region.
  var colors: [SIMD3<Double>] = [
    SIMD3(0.3, 0.2, 0.15), SIMD3(0.28, 0.17, 0.13), SIMD3(0.27, 0.18, 0.12),
    SIMD3(0.32, 0.2, 0.16), SIMD3(0.25, 0.16, 0.12), SIMD3(0.2, 0.2, 0.25), SIMD3(0.1, 0.12, 0.1),
    SIMD3(0.24, 0.15, 0.11), SIMD3(0.22, 0.14, 0.1),
  ]
  var delay = 0.1
  var frameRate = 30.0
  var seconds = 5.6
  /// White noise of every colour, as a fraction.
  var noise = 0.0
  var seed: UInt64 = 1
  /// Factor of all colours of a frame, by time.
  var gain: (Double) -> SIMD3<Double> = { _ in SIMD3(repeating: 1) }
  /// Frames that are lost.
  var isLost: (Double) -> Bool = { _ in false }

  static func sequence(_ seed: UInt64) -> ReflectSequence {
    var numbers = SimulationNumbers(seed: seed)
    return .random(using: &numbers)
  }

  /// The level that responses are told against: full is 1, low its linear light.
  func light(at seconds: Double) -> SIMD3<Double> {
    var start = 0.0
    for color in sequence.colors {
      let end = start + Double(color.milliseconds) / 1000
      if seconds >= start, seconds < end {
        return SIMD3(
          Self.linear(color.rgb >> 16), Self.linear(color.rgb >> 8), Self.linear(color.rgb))
      }
      start = end
    }
    return SIMD3()
  }

  private static func linear(_ level: UInt32) -> Double {
    pow((Double(level & 0xFF) / 255 + 0.055) / 1.055, 2.4)
  }

  var track: FaceTrack {
    var numbers = SimulationNumbers(seed: seed)
    var frames: [TrackFrame] = []
    for index in 0..<Int(seconds * frameRate) {
      let now = Double(index) / frameRate
      let light = light(at: now - delay)
      var found: [FrameLight.Region: LinearColor] = [:]
      for region in FrameLight.Region.allCases {
        var color = colors[region.rawValue] * (1 + responses[region.rawValue] * light) * gain(now)
        for channel in 0..<3 { color[channel] *= exp(noise * numbers.normal()) }
        found[region] = LinearColor(red: color.x, green: color.y, blue: color.z)
      }
      frames.append(
        TrackFrame(seconds: now, light: isLost(now) ? nil : FrameLight(colors: found)))
    }
    return FaceTrack(width: 480, height: 640, frames: frames, events: [])
  }
}
