// What is voiced of a recording, put together, and what of it stands out of the noise.

internal import Glibc
internal import SpokenText

/// Stretches of a recording one after the other. Personal data: lives as long as its job.
struct SpeechRuns {
  private let samples: [Float]
  private let runs: [Range<Int>]
  /// The samples of all stretches.
  let speech: [Float]

  /// - Parameter runs: places of `samples`, in their order, none over another.
  init(_ samples: [Float], _ runs: [Range<Int>]) {
    self.samples = samples
    self.runs = runs
    speech = runs.flatMap { samples[$0] }
  }

  /// Where in the recording sample `place` of the speech is.
  func seconds(_ place: Int) -> Double {
    var left = place
    for run in runs {
      if left < run.count { return Double(run.lowerBound + left) / Double(SpeechLimits.rate) }
      left -= run.count
    }
    return Double(runs.last?.upperBound ?? 0) / Double(SpeechLimits.rate)
  }

  /// Decibels above the recording's noise that a stretch has at least. Measured with six voices 10 dB below one: README,
  /// "Speech".
  static let aboveNoise = 5.0
  /// Nobody's own voice is lost for being so many decibels weaker than its loud syllables.
  static let belowPeak = 10.0
  /// Seconds that are left in any case, the loudest: two windows. A second speaker may be the weaker one.
  static let leastSeconds = 2 * VoiceReader.windowSeconds
  /// The noise is the power that so much of the recording is below.
  static let noiseShare = 0.05
  /// Loud is the power that so much of the speech is below.
  static let peakShare = 0.9

  /// What is above the noise: the weakest part of what is said where nothing else is, too. Short recordings stay whole.
  func standingOut() -> SpeechRuns {
    let powers = Self.powers(samples)
    let places = runs.flatMap { run in
      Self.blocks(of: run).filter { $0 < powers.count }.map { block in
        (
          power: powers[block],
          run: max(
            run.lowerBound, block * Self.block)..<min(
              run.upperBound, (block + 1) * Self.block)
        )
      }
    }
    let limit = [
      Self.quantile(powers.sorted(), Self.noiseShare) * pow(10, Self.aboveNoise / 10),
      Self.quantile(places.map(\.power).sorted(), Self.peakShare) * pow(10, -Self.belowPeak / 10),
      Self.leastPower(of: places),
    ].least(worst: 0)
    guard let limit, places.contains(where: { $0.power < limit }) else { return self }
    var kept: [Range<Int>] = []
    for (_, place) in places.filter({ $0.power >= limit }) {
      if let last = kept.last, last.upperBound == place.lowerBound {
        kept[kept.count - 1] = last.lowerBound..<place.upperBound
      } else {
        kept.append(place)
      }
    }
    return SpeechRuns(samples, kept)
  }

  /// The power that the loudest of `places` have at least that make up `leastSeconds`; 0 if there are not so many.
  private static func leastPower(of places: [(power: Double, run: Range<Int>)]) -> Double {
    var left = Int((leastSeconds * Double(SpeechLimits.rate)).rounded(.up))
    for place in places.sorted(by: { $0.power > $1.power }) {
      left -= place.run.count
      if left <= 0 { return place.power }
    }
    return 0
  }

  private static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
  }

  /// Samples of which the power is measured together: 10 ms.
  private static let block = 160
  /// Blocks on either side that a block's power is the mean with: a quarter of a second in all.
  private static let around = 12

  /// The blocks that `run` touches.
  private static func blocks(of run: Range<Int>) -> Range<Int> {
    run.isEmpty ? 0..<0 : run.lowerBound / block..<(run.upperBound - 1) / block + 1
  }

  /// The power around each block, less the blocks' own means.
  private static func powers(_ samples: [Float]) -> [Double] {
    let count = samples.count / block
    // Of all blocks before each.
    var sums = [0.0]
    for number in 0..<count {
      let own = samples[number * block..<(number + 1) * block]
      let mean = own.reduce(0) { $0 + Double($1) } / Double(block)
      sums.append(sums[number] + own.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) })
    }
    return (0..<count).map { number in
      let first = max(0, number - around)
      let last = min(count, number + around + 1)
      return (sums[last] - sums[first]) / Double((last - first) * block)
    }
  }
}
