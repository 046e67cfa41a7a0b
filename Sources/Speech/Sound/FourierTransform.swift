// Short-time spectra: the discrete Fourier transform of real frames.

internal import Glibc

/// Power spectra of real frames of one even length whose half has no prime factor above 5.
///
/// Stockham's self-sorting transform of half the length, then the split into even and odd samples
/// (C. Van Loan, "Computational Frameworks for the Fast Fourier Transform", 1992, §1.7 and §4.4). A value; any thread, one
/// at a time for each copy.
struct FourierTransform {
  /// Samples of a frame.
  let length: Int
  /// Numbers of a spectrum: `length / 2 + 1`.
  let bins: Int

  private struct Stage {
    let radix: Int
    /// How long the transforms are that are joined, and how many joined ones there are then.
    let done: Int
    let left: Int
    /// exp(−2πi·q·k / (done·radix)) for each k < done·radix and q < radix.
    let cosines: [Float]
    let sines: [Float]
  }

  private let stages: [Stage]
  private let turnCosines: [Float]
  private let turnSines: [Float]
  private var a: [Float]
  private var b: [Float]

  init(length: Int) {
    precondition(length > 0 && length % 2 == 0, "the length must be even")
    self.length = length
    let half = length / 2
    bins = half + 1
    var stages: [Stage] = []
    var rest = half
    var done = 1
    for radix in [4, 2, 3, 5] {
      while rest % radix == 0 {
        rest /= radix
        let joined = done * radix
        var cosines = [Float](repeating: 0, count: joined * radix)
        var sines = cosines
        for k in 0..<joined {
          for q in 0..<radix {
            let angle = -2 * Double.pi * Double(q * k % joined) / Double(joined)
            cosines[k * radix + q] = Float(cos(angle))
            sines[k * radix + q] = Float(sin(angle))
          }
        }
        stages.append(
          Stage(radix: radix, done: done, left: half / joined, cosines: cosines, sines: sines))
        done = joined
      }
    }
    precondition(rest == 1, "a factor above 5")
    self.stages = stages
    turnCosines = (0...half).map { Float(cos(-2 * Double.pi * Double($0) / Double(length))) }
    turnSines = (0...half).map { Float(sin(-2 * Double.pi * Double($0) / Double(length))) }
    a = [Float](repeating: 0, count: length)
    b = a
  }

  /// Writes the squared magnitudes of `frame`'s spectrum into `power`, which has room for `bins`.
  mutating func power(of frame: UnsafeBufferPointer<Float>, into power: UnsafeMutablePointer<Float>)
  {
    precondition(frame.count == length)
    let half = length / 2
    a.withUnsafeMutableBufferPointer { a in
      b.withUnsafeMutableBufferPointer { b in
        // Real parts first, then imaginary ones.
        var from = a.baseAddress!
        var to = b.baseAddress!
        for index in 0..<half {
          from[index] = frame[2 * index]
          from[half + index] = frame[2 * index + 1]
        }
        for stage in stages {
          Self.join(stage, half: half, from, to)
          swap(&from, &to)
        }
        for k in 0...half {
          let (i, j) = (k % half, (half - k) % half)
          let (evenReal, evenImaginary) = (
            (from[i] + from[j]) / 2, (from[half + i] - from[half + j]) / 2
          )
          let (oddReal, oddImaginary) = (
            (from[half + i] + from[half + j]) / 2, (from[j] - from[i]) / 2
          )
          let (c, s) = (turnCosines[k], turnSines[k])
          let real = evenReal + c * oddReal - s * oddImaginary
          let imaginary = evenImaginary + c * oddImaginary + s * oddReal
          power[k] = real * real + imaginary * imaginary
        }
      }
    }
  }

  private static func join(
    _ stage: Stage, half: Int, _ from: UnsafeMutablePointer<Float>,
    _ to: UnsafeMutablePointer<Float>
  ) {
    let (radix, done, left) = (stage.radix, stage.done, stage.left)
    stage.cosines.withUnsafeBufferPointer { cosines in
      stage.sines.withUnsafeBufferPointer { sines in
        for k in 0..<done * radix {
          let target = k * left
          let source = (k % done) * radix * left
          for j in 0..<left {
            var (real, imaginary): (Float, Float) = (0, 0)
            for q in 0..<radix {
              let (c, s) = (cosines[k * radix + q], sines[k * radix + q])
              let place = source + j + q * left
              let (x, y) = (from[place], from[half + place])
              real += c * x - s * y
              imaginary += c * y + s * x
            }
            to[target + j] = real
            to[half + target + j] = imaginary
          }
        }
      }
    }
  }
}
