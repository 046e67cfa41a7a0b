// The colours that a screen shows to light a face: drawn at random, safe to look at.

/// A full-screen colour and how long it is shown.
package struct ReflectColor: Sendable, Equatable, Codable {
  /// 0xRRGGBB, sRGB.
  package let rgb: UInt32
  package let milliseconds: Int

  package init(rgb: UInt32, milliseconds: Int) {
    self.rgb = rgb
    self.milliseconds = milliseconds
  }
}

/// The colours of one challenge. The device shows them full screen, as bright as it can, one after the other, the
/// first with the clip's first frame; before that a page of medium brightness, so that the camera has settled. The
/// face should leave a quarter of the picture's width free at each side: the background is judged as well.
///
/// Each channel of a colour is either full (255) or low (`channelLow`): a camera sees one of two levels a channel,
/// so three numbers describe the answer of a surface whatever the camera's curve is.
///
/// **Photosensitive safety** (WCAG 2.2, success criterion 2.3.1, "Three Flashes or Below Threshold", level A). A flash
/// is a *pair* of opposing changes of luminance; more than three in a second fail. No colour is shown for less than
/// 340 ms, so any second holds at most three changes, one and a half pairs. A red flash needs a saturated red,
/// R ÷ (R + G + B) ≥ 0.8 in linear light; the reddest colour here has 0.77. Accessible mode leaves this challenge out
/// all the same.
///
/// **Entropy.** 120,870,000 orders of colours × 34,650 orders of lengths, equally likely: 41.9 bits. Two issued alike
/// among n have the chance n² ÷ 8.4e12. Noise and an unknown delay blur neighbours together, so security does not rest
/// on that count but on `ReflectJudge`'s test: whatever clip was made without knowing the sequence, the chance that the
/// issued one ranks among the best k of m others is at most (k + 1) ÷ (m + 1).
package struct ReflectSequence: Sendable, Equatable, Codable {
  /// In order of showing.
  package let colors: [ReflectColor]

  /// A sequence as it was issued.
  package init(colors: [ReflectColor]) { self.colors = colors }

  /// How long it takes; `LivenessLimits.reflectMilliseconds` if it was drawn here.
  package var milliseconds: Int { colors.reduce(0) { $0 + $1.milliseconds } }

  /// A low channel's level, 0–255. Linear 0.156: as low as red may not count as saturated.
  package static let channelLow: UInt32 = 110
  /// Red, green, blue, yellow, magenta, cyan: six directions of chroma, 60° apart.
  package static let palette: [UInt32] = [
    0xFF_6E6E, 0x6E_FF6E, 0x6E_6EFF, 0xFF_FF6E, 0xFF_6EFF, 0x6E_FFFF,
  ]
  /// How often a colour may come.
  package static let uses = 1...3
  /// Each length comes equally often, so that every sequence is equally long. Multiples of the judge's grid.
  package static let lengths = [340, 400, 460]

  /// Draws one: all that keep the rules (neighbours differ, each colour `uses` times, each length equally often)
  /// are equally likely.
  package static func random(using generator: inout some RandomNumberGenerator) -> ReflectSequence {
    let count = LivenessLimits.reflectColors
    var order: [Int]
    repeat {
      order = [Int.random(in: 0..<palette.count, using: &generator)]
      while order.count < count {
        let step = Int.random(in: 1..<palette.count, using: &generator)
        order.append((order[order.count - 1] + step) % palette.count)
      }
    } while !palette.indices.allSatisfy { color in
      uses.contains(order.count { $0 == color })
    }
    var durations = (0..<count).map { lengths[$0 % lengths.count] }
    durations.shuffle(using: &generator)
    return ReflectSequence(
      colors: zip(order, durations).map { ReflectColor(rgb: palette[$0], milliseconds: $1) })
  }
}

extension ReflectColor {
  /// Whether red, green and blue are full; nil for a colour that is not of the kind that is issued.
  var fullChannels: SIMD3<Float>? {
    var full = SIMD3<Float>()
    for channel in 0..<3 {
      switch rgb >> UInt32(16 - 8 * channel) & 0xFF {
      case 0xFF: full[channel] = 1
      case ReflectSequence.channelLow: full[channel] = 0
      default: return nil
      }
    }
    return rgb >> 24 == 0 ? full : nil
  }
}
