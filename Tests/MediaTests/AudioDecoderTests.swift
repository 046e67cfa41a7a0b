// Sound: every container and codec to one rate and one channel.

internal import Glibc
internal import Testing
internal import Vocabulary

@testable internal import Media

@Suite struct AudioDecoderTests {
  static let clips: [TestClip] = [
    TestClip(audio: "aac"), TestClip(audio: "aac", soundRate: 16_000),
    TestClip(muxer: "mov", audio: "pcm_s16le", soundRate: 44_100),
    TestClip(muxer: "webm", video: "libvpx", audio: "libopus"),
    TestClip(muxer: "matroska", audio: "libmp3lame"),
    TestClip(muxer: "avi", video: "mjpeg", audio: "pcm_s16le", soundRate: 16_000),
    TestClip(muxer: "flv", audio: "aac", soundRate: 44_100),
    TestClip(muxer: "wav", video: nil, audio: "pcm_s16le", soundRate: 8000),
    TestClip(muxer: "wav", video: nil, audio: "pcm_u8", soundRate: 16_000),
    TestClip(muxer: "wav", video: nil, audio: "pcm_f32le", soundRate: 48_000),
    TestClip(muxer: "wav", video: nil, audio: "pcm_mulaw", soundRate: 8000),
    TestClip(muxer: "ogg", video: nil, audio: "libopus"),
    TestClip(muxer: "mp3", video: nil, audio: "libmp3lame", soundRate: 44_100),
    TestClip(muxer: "adts", video: nil, audio: "aac", soundRate: 44_100),
    TestClip(muxer: "mp4", video: nil, audio: "aac", soundRate: 44_100),
  ]

  @Test(arguments: clips)
  func aToneStaysATone(clip: TestClip) throws {
    let pcm = try AudioDecoder.decode(clip.make())
    // Encoders fill up their last frame, and begin with some of their own.
    #expect(pcm.seconds > 0.79 && pcm.seconds < 0.9)
    let middle = pcm.samples[4000..<12_000]
    // The share of power at 440 Hz, and how much there is.
    var (sine, cosine, power) = (0.0, 0.0, 0.0)
    for (index, sample) in middle.enumerated() {
      let angle = 2 * Double.pi * 440 * Double(index) / Double(AudioLimits.rate)
      sine += Double(sample) * sin(angle)
      cosine += Double(sample) * cos(angle)
      power += Double(sample) * Double(sample)
    }
    let count = Double(middle.count)
    #expect(2 * (sine * sine + cosine * cosine) / count / power > 0.95)
    #expect(abs((2 * power / count).squareRoot() - 0.5) < 0.05)
  }

  @Test func narrowBandSpeechCodecIsRead() throws {
    // Frames of 12.2 kbit/s that hold the silence of all zero parameters.
    var bytes = Array("#!AMR\n".utf8)
    for _ in 0..<50 { bytes += [0x3C] + [UInt8](repeating: 0, count: 31) }
    let pcm = try AudioDecoder.decode(Bytes(bytes))
    #expect(abs(pcm.seconds - 1) < 0.03)
  }

  @Test func soundBeginsOnTheLineOfTimeOfThePictures() throws {
    let bytes = try TestClip(muxer: "matroska", audio: "pcm_s16le", soundRate: 16_000).make()
    let (pcm, info) = (
      try AudioDecoder.decode(bytes), try VideoDecoder.inspect(bytes, limits: .small)
    )
    #expect(abs(pcm.startSeconds - info.startSeconds) < 0.0011)
    #expect(pcm.samples.count == 13_312)
  }

  @Test func whatIsNoSoundIsRefused() throws {
    #expect(refusal(ofSound: try TestClip().make()) == .noSound)
    #expect(refusal(ofSound: .empty)?.symbol == .videoEmpty)
    #expect(refusal(ofSound: Bytes("hello, world".utf8)) == .soundContainer)
    let bytes = try TestClip(muxer: "matroska", audio: "flac").make()
    #expect(refusal(ofSound: bytes) == .soundCodec)
    // Its pictures are decoded all the same.
    #expect(try SeenClip(bytes).info?.audioCodec == nil)
  }

  @Test(arguments: [
    TestClip(audio: "aac", hasSecondSound: true),
    TestClip(muxer: "mov", audio: "pcm_s16le", soundRate: 16_000, hasSecondSound: true),
    TestClip(muxer: "matroska", audio: "libopus", hasSecondSound: true),
    TestClip(
      muxer: "avi", video: "mjpeg", audio: "pcm_s16le", soundRate: 16_000, hasSecondSound: true),
    TestClip(muxer: "mp4", video: nil, audio: "aac", hasSecondSound: true),
  ])
  func severalTracksAreRefusedAndPicturesAreNot(clip: TestClip) throws {
    let bytes = try clip.make()
    #expect(refusal(ofSound: bytes) == .severalSounds)
    guard clip.video != nil else { return }
    #expect(try VideoDecoder.inspect(bytes, limits: .small).hasSound)
  }

  @Test func longSoundIsRefused() throws {
    let clip = TestClip(
      muxer: "wav", video: nil, audio: "pcm_s16le", soundSeconds: 3, soundRate: 8000)
    var limits = VideoLimits.small
    limits.secondsMax = 2.9
    #expect(refusal(ofSound: try clip.make(), limits)?.symbol == .videoDurationExceeded)
    limits.secondsMax = 3.2
    #expect(refusal(ofSound: try clip.make(), limits) == nil)
  }

  @Test func timesFarFromZeroAreRefused() throws {
    let bytes = try TestClip(muxer: "flv", audio: "aac", soundRate: 44_100).make().array
    // Each tag's time is in milliseconds, its highest byte last.
    func moved(by milliseconds: Int) -> Bytes {
      var (bytes, at) = (bytes, 13)
      while at + 11 <= bytes.count {
        let size = Int(bytes[at + 1]) << 16 | Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
        let time =
          milliseconds
          + (Int(bytes[at + 7]) << 24 | Int(bytes[at + 4]) << 16 | Int(bytes[at + 5]) << 8
            | Int(bytes[at + 6]))
        for (place, shift) in [(4, 16), (5, 8), (6, 0), (7, 24)] {
          bytes[at + place] = UInt8(time >> shift & 255)
        }
        at += 11 + size + 4
      }
      return Bytes(bytes)
    }
    #expect(refusal(ofSound: moved(by: 1_000_000)) == nil)
    #expect(refusal(ofSound: moved(by: 4_000_000)) == .soundTimes)
  }

  @Test func soundOfAnyCodecIsTold() throws {
    let strange = try TestClip(muxer: "matroska", audio: "flac").make()
    #expect(try VideoDecoder.inspect(strange, limits: .small).hasSound)
    #expect(try VideoDecoder.inspect(TestClip(audio: "aac").make(), limits: .small).hasSound)
    #expect(try !VideoDecoder.inspect(TestClip().make(), limits: .small).hasSound)
  }

  @Test(
    arguments: clips.filter { $0.muxer != "adts" } + [
      TestClip(muxer: "flv", audio: "libmp3lame", soundRate: 44_100),
      TestClip(muxer: "mov", audio: "pcm_s16be", soundRate: 16_000),
      TestClip(muxer: "matroska", audio: "pcm_f32le", soundRate: 16_000),
    ])
  func theTrackOfSoundIsCopiedAsItIs(clip: TestClip) throws {
    let bytes = try clip.make()
    let copy = try #require(try AudioDecoder.track(of: bytes, bytesMax: 1 << 20))
    let (sound, copied) = (try AudioDecoder.decode(bytes), try AudioDecoder.decode(copy))
    // What encoders put before the first sample may be told in one container and not in the other.
    #expect(abs(sound.seconds - copied.seconds) < 0.08)
    #expect(refusal(ofVideo: copy) == .noPictures)
    #expect(try AudioDecoder.track(of: bytes, bytesMax: 1000) == nil)
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
      _ = try? AudioDecoder.track(of: bytes[0..<length], bytesMax: 1 << 20)
    }
  }

  @Test func numbersThatAreNoneAreRefused() throws {
    let clip = TestClip(muxer: "wav", video: nil, audio: "pcm_f32le", soundRate: 16_000)
    var bytes = try clip.make().array
    bytes.replaceSubrange(bytes.count - 400..<bytes.count - 396, with: [0, 0, 0xC0, 0x7F])
    #expect(refusal(ofSound: Bytes(bytes)) == .soundDamaged)
  }
}
