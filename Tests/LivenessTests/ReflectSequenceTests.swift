// Sequences of colours: what is drawn, how much of it there is, and that it is safe to look at.

import Foundation
import Liveness
import Simulation
import Testing

@Suite("Reflect sequences")
struct ReflectSequenceTests {
  @Test("A seed gives the sequence it always gave")
  func golden() {
    var numbers = SimulationNumbers(seed: 20_261_126)
    let sequence = ReflectSequence.random(using: &numbers)
    let text = sequence.colors.map { "\(String($0.rgb, radix: 16)):\($0.milliseconds)" }
    #expect(text == Self.goldenText)
  }

  @Test("Every sequence keeps the rules")
  func rules() {
    var numbers = SimulationNumbers(seed: 1)
    for _ in 0..<3000 {
      let sequence = ReflectSequence.random(using: &numbers)
      let colors = sequence.colors
      #expect(colors.count == LivenessLimits.reflectColors)
      #expect(sequence.milliseconds == LivenessLimits.reflectMilliseconds)
      for color in ReflectSequence.palette {
        #expect(ReflectSequence.uses.contains(colors.count { $0.rgb == color }))
      }
      #expect(zip(colors, colors.dropFirst()).allSatisfy { $0.rgb != $1.rgb })
      for length in ReflectSequence.lengths {
        #expect(
          colors.count { $0.milliseconds == length }
            == LivenessLimits.reflectColors / ReflectSequence.lengths.count)
      }
    }
  }

  @Test("No second holds more than three changes, give or take a frame of the screen")
  func changesPerSecond() {
    var numbers = SimulationNumbers(seed: 2)
    for _ in 0..<3000 {
      var changes = [0.0]
      for color in ReflectSequence.random(using: &numbers).colors.dropLast() {
        changes.append(changes[changes.count - 1] + Double(color.milliseconds) / 1000)
      }
      for index in changes.indices.dropFirst(3) {
        #expect(changes[index] - changes[index - 3] > 1 + 1.0 / 60)
      }
    }
  }

  @Test("No colour is a saturated red, and all are told apart by every pair of channels")
  func colors() {
    for color in ReflectSequence.palette {
      let levels = [color >> 16 & 0xFF, color >> 8 & 0xFF, color & 0xFF]
      let light = levels.map { pow((Double($0) / 255 + 0.055) / 1.055, 2.4) }
      #expect(light[0] / light.reduce(0, +) < 0.8)
      #expect(Set(levels).count == 2)
    }
    #expect(Set(ReflectSequence.palette).count == 6)
  }

  @Test("Colours and lengths come evenly at every place")
  func even() {
    var numbers = SimulationNumbers(seed: 3)
    let draws = 6000
    var colors = [[UInt32: Int]](repeating: [:], count: LivenessLimits.reflectColors)
    var lengths = [[Int: Int]](repeating: [:], count: LivenessLimits.reflectColors)
    for _ in 0..<draws {
      for (place, color) in ReflectSequence.random(using: &numbers).colors.enumerated() {
        colors[place][color.rgb, default: 0] += 1
        lengths[place][color.milliseconds, default: 0] += 1
      }
    }
    // Five standard deviations of a count of one in six, and of one in three.
    for counts in colors {
      #expect(counts.values.allSatisfy { abs(Double($0) - 1000) < 5 * 29 })
    }
    for counts in lengths {
      #expect(counts.values.allSatisfy { abs(Double($0) - 2000) < 5 * 37 })
    }
  }

  @Test("Sequences do not repeat")
  func distinct() {
    var numbers = SimulationNumbers(seed: 4)
    var seen = Set<String>()
    for _ in 0..<20_000 {
      let colors = ReflectSequence.random(using: &numbers).colors
      seen.insert(colors.map { "\($0.rgb) \($0.milliseconds)" }.joined())
    }
    #expect(seen.count == 20_000)
  }

  @Test("A sequence survives being written down")
  func coding() throws {
    var numbers = SimulationNumbers(seed: 5)
    let sequence = ReflectSequence.random(using: &numbers)
    let data = try JSONEncoder().encode(sequence)
    #expect(try JSONDecoder().decode(ReflectSequence.self, from: data) == sequence)
  }
}

extension ReflectSequenceTests {
  private static let goldenText = [
    "6eff6e:340", "6effff:400", "ffff6e:400", "6eff6e:460", "ff6e6e:400", "6e6eff:400",
    "6effff:340", "6eff6e:460", "ff6eff:340", "ff6e6e:340", "6e6eff:460", "6effff:460",
  ]
}
