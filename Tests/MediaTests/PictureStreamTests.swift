// Streams of pictures with times.

internal import Testing
internal import Vocabulary

@testable internal import Media

@Suite struct PictureStreamTests {
  private func pictures(_ count: Int, width: Int = 64, height: Int = 48) -> [TimedPicture] {
    (0..<count).map { index in
      let level = UInt8(40 + 8 * index)
      let pixels = PixelBuffer(width: width, height: height, red: level, green: level, blue: level)
      let jpeg = pixels.jpeg(quality: 90)
      return TimedPicture(jpeg: jpeg, seconds: 1000 + Double(index) / 15)
    }
  }

  private func symbol(
    _ pictures: [TimedPicture], _ limits: VideoLimits = .small
  ) -> (ErrorSymbol, Int?)? {
    do throws(VideoError) {
      _ = try VideoDecoder.decode(pictures, limits: limits) { _ in true }
      return nil
    } catch {
      return (error.symbol, error.frame)
    }
  }

  @Test func picturesKeepTheirTimes() throws {
    let sent = pictures(9)
    var (seconds, levels): ([Double], [Int]) = ([], [])
    let info = try VideoDecoder.decode(sent, limits: .small) { frame in
      seconds.append(frame.seconds)
      levels.append(Int(frame.pixels[20, 20].green))
      return true
    }
    #expect(levels.enumerated().allSatisfy { abs($1 - 40 - 8 * $0) <= 2 })
    #expect(seconds.enumerated().allSatisfy { abs($1 - Double($0) / 15) < 1e-9 })
    #expect(info.container == .pictures && info.startSeconds == 1000)
    #expect(info.timing.map(\.bytes) == sent.map(\.jpeg.count))
    #expect((info.width, info.height) == (64, 48))
  }

  @Test func unwantedPicturesAreNotDecoded() throws {
    var sent = pictures(9)
    sent[1] = TimedPicture(jpeg: Bytes([0xFF, 0xD8, 0xFF, 0]), seconds: sent[1].seconds)
    var count = 0
    let info = try VideoDecoder.decode(sent, limits: .small, wanted: .every(seconds: 2.0 / 15)) {
      _ in
      count += 1
      return true
    }
    #expect(count == 5 && info.framesDecoded == 5)
  }

  @Test func eachLimitHasItsError() throws {
    let sent = pictures(9)
    #expect(symbol([])?.0 == .videoEmpty)
    #expect(symbol(Array(sent.prefix(4)))?.0 == .videoTooShort)
    var limits = VideoLimits.small
    limits.framesMax = 8
    #expect(symbol(sent, limits)?.0 == .videoDurationExceeded)
    limits = .small
    limits.secondsMax = 0.5
    #expect(symbol(sent, limits)?.0 == .videoDurationExceeded)
    limits = .small
    limits.bytesMax = sent.reduce(0) { $0 + $1.jpeg.count } - 1
    #expect(symbol(sent, limits)?.0 == .videoBytesExceeded)
    limits = .small
    limits.sideMax = 63
    #expect(symbol(sent, limits)! == (.videoDimensionsExceeded, 0))
    #expect(symbol(sent, VideoLimits())?.0 == .videoTooSmall)
    limits = .small
    limits.decodeMillisMax = 0
    #expect(symbol(sent, limits)?.0 == .videoDecodeBudgetExceeded)
  }

  @Test func oddPicturesAreNamed() throws {
    let sent = pictures(9)
    func with(_ index: Int, _ picture: TimedPicture) -> (ErrorSymbol, Int?)? {
      var changed = sent
      changed[index] = picture
      return symbol(changed)
    }
    let other = pictures(1, width: 80)[0].jpeg
    #expect(
      with(4, TimedPicture(jpeg: other, seconds: sent[4].seconds))! == (.videoFormatUnsupported, 4))
    #expect(
      with(4, TimedPicture(jpeg: sent[4].jpeg, seconds: sent[3].seconds))! == (.videoDamaged, 4))
    #expect(with(4, TimedPicture(jpeg: sent[4].jpeg, seconds: .nan))! == (.videoDamaged, 4))
    #expect(with(4, TimedPicture(jpeg: .empty, seconds: sent[4].seconds))! == (.videoEmpty, 4))
    let png = Bytes([0x89, 0x50, 0x4E, 0x47])
    #expect(
      with(4, TimedPicture(jpeg: png, seconds: sent[4].seconds))! == (.videoFormatUnsupported, 4))
    let cut = sent[4].jpeg[0..<sent[4].jpeg.count - 20]
    #expect(with(4, TimedPicture(jpeg: cut, seconds: sent[4].seconds))! == (.videoDamaged, 4))
  }
}
