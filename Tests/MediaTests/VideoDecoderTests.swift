// Videos: every container and codec, times, turns, colours, choice of frames, limits.

internal import Testing
internal import Vocabulary

@testable internal import Media

@Suite struct VideoDecoderTests {
  static let clips: [(TestClip, VideoContainer, VideoCodec, AudioCodec?)] = [
    (TestClip(audio: "aac", bFrames: 2), .mov, .h264, .aac),
    (TestClip(muxer: "mov", audio: "pcm_s16le"), .mov, .h264, .pcm),
    (TestClip(muxer: "3gp", audio: "aac"), .mov, .h264, .aac),
    (TestClip(video: "libx265", audio: "aac"), .mov, .hevc, .aac),
    (TestClip(video: "mpeg4", audio: "libmp3lame"), .mov, .mpeg4, .mp3),
    (TestClip(video: "mjpeg"), .mov, .mjpeg, nil),
    (TestClip(video: "libvpx-vp9", audio: "libopus"), .mov, .vp9, .opus),
    (TestClip(muxer: "webm", video: "libvpx", audio: "libopus"), .matroska, .vp8, .opus),
    (TestClip(muxer: "webm", video: "libvpx-vp9", audio: "libopus"), .matroska, .vp9, .opus),
    (TestClip(muxer: "matroska", audio: "aac", bFrames: 2), .matroska, .h264, .aac),
    (TestClip(muxer: "matroska", video: "libx265", audio: "libmp3lame"), .matroska, .hevc, .mp3),
    (TestClip(muxer: "matroska", video: "mpeg4"), .matroska, .mpeg4, nil),
    (TestClip(muxer: "matroska", video: "mjpeg", audio: "pcm_s16le"), .matroska, .mjpeg, .pcm),
    (TestClip(muxer: "avi", video: "mjpeg", audio: "pcm_s16le"), .avi, .mjpeg, .pcm),
    (TestClip(muxer: "avi", audio: "libmp3lame", bFrames: 2), .avi, .h264, .mp3),
    (TestClip(muxer: "flv", audio: "aac", bFrames: 2, soundRate: 44_100), .flv, .h264, .aac),
    (TestClip(muxer: "flv", audio: "libmp3lame", soundRate: 44_100), .flv, .h264, .mp3),
  ]

  @Test(arguments: clips.indices)
  func everyContainerAndCodec(index: Int) throws {
    let (clip, container, codec, audio) = Self.clips[index]
    let bytes = try clip.make()
    let seen = try SeenClip(bytes)
    let info = try #require(seen.info)
    #expect(info.container == container && info.videoCodec == codec && info.audioCodec == audio)
    #expect((info.width, info.height) == (64, 48))
    #expect(seen.quarters.map { $0.number() } == Array(0..<20))
    for quarters in seen.quarters {
      #expect(quarters.distance(0, Quarters.red) <= 8 && quarters.distance(1, Quarters.green) <= 8)
      #expect(quarters.distance(2, Quarters.blue) <= 8)
    }
    for (index, seconds) in seen.seconds.enumerated() {
      // Matroska and FLV keep whole thousandths.
      #expect(abs(seconds - 0.04 * Double(index)) < 0.0011)
    }
    #expect(info.timing.count == 20 && info.framesDelivered == 20 && info.framesMistimed == 0)
    #expect(abs(info.seconds - 0.76) < 0.0011)
    #expect(info.timing.reduce(0) { $0 + $1.bytes } < bytes.count)
    #expect(info.timing[0].isKey)
  }

  @Test(arguments: [
    ("mpeg", "mpeg1video", VideoContainer.mpegProgram),
    ("mpeg", "mpeg2video", .mpegProgram), ("mpeg1video", "mpeg1video", .mpegVideo),
  ])
  func oldFormatsOnlyForEvaluation(muxer: String, encoder: String, container: VideoContainer) throws
  {
    let bytes = try TestClip(muxer: muxer, video: encoder).make()
    #expect(refusal(ofVideo: bytes)?.symbol == .videoFormatUnsupported)
    let seen = try SeenClip(bytes, .smallEvaluation)
    #expect(seen.info?.container == container)
    // A program stream gives the first two pictures one time.
    let numbers = seen.quarters.map { $0.number() }
    #expect(numbers.count >= 18 && numbers == numbers.sorted())
    // The same codec in a container that is read all the same.
    let hidden = try TestClip(muxer: "matroska", video: "mpeg2video").make()
    #expect(refusal(ofVideo: hidden)?.symbol == .videoFormatUnsupported)
  }

  /// Red, green, blue, grey after each turn, and how it is told.
  static let turns: [(matrix: (Int32, Int32, Int32, Int32), places: [Int], told: (Int, Bool))] = [
    ((1, 0, 0, 1), [0, 1, 2, 3], (0, false)), ((0, 1, -1, 0), [1, 3, 0, 2], (90, false)),
    ((-1, 0, 0, -1), [3, 2, 1, 0], (180, false)), ((0, -1, 1, 0), [2, 0, 3, 1], (270, false)),
    ((-1, 0, 0, 1), [1, 0, 3, 2], (0, true)), ((1, 0, 0, -1), [2, 3, 0, 1], (180, true)),
    ((0, 1, 1, 0), [0, 2, 1, 3], (270, true)), ((0, -1, -1, 0), [3, 1, 2, 0], (90, true)),
  ]

  @Test(arguments: turns.indices)
  func turnsAreApplied(index: Int) throws {
    let (matrix, places, told) = Self.turns[index]
    let seen = try SeenClip(TestClip(frames: 6, matrix: matrix).make())
    let info = try #require(seen.info)
    #expect((info.rotationDegrees, info.isMirrored) == told)
    let size = told.0 % 180 == 0 ? [64, 48] : [48, 64]
    #expect([info.width, info.height] == size && seen.sizes.allSatisfy { $0 == size })
    for (number, quarters) in seen.quarters.enumerated() {
      #expect(quarters.distance(places[0], Quarters.red) <= 8)
      #expect(quarters.distance(places[1], Quarters.green) <= 8)
      #expect(quarters.distance(places[2], Quarters.blue) <= 8)
      #expect(quarters.number(at: places[3]) == number)
    }
  }

  @Test(arguments: [false, true], [false, true])
  func coloursFollowMatrixAndRange(is709: Bool, isFull: Bool) throws {
    let seen = try SeenClip(TestClip(frames: 5, is709: is709, isFull: isFull).make())
    for quarters in seen.quarters {
      #expect(quarters.distance(0, Quarters.red) <= 5 && quarters.distance(1, Quarters.green) <= 5)
      #expect(quarters.distance(2, Quarters.blue) <= 5)
    }
  }

  @Test func coloursThatAreNotToldGoBySize() throws {
    let small = try SeenClip(TestClip(frames: 5, isUntold: true).make())
    #expect(small.quarters[0].distance(1, Quarters.green) <= 5)
    let large = try SeenClip(
      TestClip(width: 1280, height: 720, frames: 5, is709: true, isUntold: true).make())
    #expect(large.quarters[0].distance(1, Quarters.green) <= 5)
  }

  /// Widths that are no multiple of what vector code works on.
  @Test(arguments: [34, 50, 62, 66, 78, 98, 126])
  func oddWidthsAreWhole(width: Int) throws {
    let bytes = try TestClip(video: "mpeg4", width: width, height: 36, frames: 5).make()
    try VideoDecoder.decode(bytes, limits: .small) { frame in
      let pixels = frame.takePixels()
      for y in [0, 17, 20, 35] {
        let (left, right) = (pixels[0, y], pixels[width - 1, y])
        if y < 18 {
          #expect(left.red > 150 && right.green > 130 && right.red < 100)
        } else {
          #expect(left.blue > 150 && abs(Int(right.red) - Int(right.blue)) < 30)
        }
      }
      return true
    }
  }

  @Test(arguments: ["mp4", "mov", "matroska", "flv"])
  func variableTimesAreKept(muxer: String) throws {
    let times: [Int32] = [0, 33, 66, 100, 250, 251, 400, 1000, 1033, 1500]
    let seen = try SeenClip(
      TestClip(muxer: muxer, frames: 10, milliseconds: times, bFrames: 2).make())
    #expect(seen.quarters.map { $0.number() } == Array(0..<10))
    for (seconds, expected) in zip(seen.seconds, times) {
      #expect(abs(seconds - Double(expected) / 1000) < 0.0011)
    }
    let shown = seen.info?.timing.map(\.seconds).sorted() ?? []
    #expect(zip(shown, times).allSatisfy { abs($0 - Double($1) / 1000) < 0.0011 })
  }

  @Test func timesBeginAtTheFirstPicture() throws {
    let seen = try SeenClip(
      TestClip(muxer: "matroska", frames: 6, milliseconds: [500, 540, 580, 620, 660, 700]).make())
    #expect(seen.seconds.first == 0)
    #expect(abs((seen.info?.startSeconds ?? 0) - 0.5) < 0.0011)
    #expect(seen.info?.timing.map(\.seconds).min() == 0)
  }

  // MARK: Choice

  @Test func onlyWantedFramesAreHandedOut() throws {
    let bytes = try TestClip(bFrames: 2).make()
    let every = try SeenClip(bytes, wanted: .every(seconds: 0.1))
    #expect(every.quarters.map { $0.number() } == [0, 3, 5, 8, 10, 13, 15, 18])
    let at = try SeenClip(bytes, wanted: .at([0.05, 0.3, 0.31, 0.7, 9]))
    #expect(at.quarters.map { $0.number() } == [2, 8, 18])
    #expect(at.info?.framesDelivered == 3)
    #expect(at.info?.timing.count == 20)
    let few = try SeenClip(bytes, stopAfter: 4)
    #expect(few.quarters.count == 4 && few.info?.timing.count == 20)
    let none = try SeenClip(bytes, wanted: .at([]))
    #expect(none.quarters.isEmpty && none.info?.framesDecoded == 0)
    // Nothing is decoded behind the last wanted one, nor before it what no other needs.
    let decoded = try SeenClip(bytes, wanted: .at([0.2])).info?.framesDecoded ?? 0
    #expect(decoded > 1 && decoded < 6)
  }

  @Test func inspectionTellsTheSameTimes() throws {
    let bytes = try TestClip(audio: "aac", bFrames: 2).make()
    let (inspected, decoded) = (
      try VideoDecoder.inspect(bytes, limits: .small), try SeenClip(bytes)
    )
    #expect(inspected.timing == decoded.info?.timing)
    #expect(inspected.framesDecoded == 0 && inspected.width == 0)
  }

  // MARK: Limits

  @Test func eachLimitHasItsError() throws {
    let bytes = try TestClip(audio: "aac").make()
    func symbol(_ change: (inout VideoLimits) -> Void) -> ErrorSymbol? {
      var limits = VideoLimits.small
      change(&limits)
      return refusal(ofVideo: bytes, limits)?.symbol
    }
    #expect(symbol { $0.bytesMax = bytes.count } == nil)
    #expect(symbol { $0.bytesMax = bytes.count - 1 } == .videoBytesExceeded)
    #expect(symbol { $0.framesMax = 20 } == nil)
    #expect(symbol { $0.framesMax = 19 } == .videoDurationExceeded)
    #expect(symbol { $0.framesMin = 20 } == nil)
    #expect(symbol { $0.framesMin = 21 } == .videoTooShort)
    #expect(symbol { $0.secondsMax = 0.761 } == nil)
    #expect(symbol { $0.secondsMax = 0.75 } == .videoDurationExceeded)
    #expect(symbol { $0.sideMax = 64 } == nil)
    #expect(symbol { $0.sideMax = 63 } == .videoDimensionsExceeded)
    #expect(symbol { $0.pixelsMax = 64 * 48 } == nil)
    #expect(symbol { $0.pixelsMax = 64 * 48 - 1 } == .videoDimensionsExceeded)
    #expect(symbol { ($0.shortSideMin, $0.longSideMin) = (48, 64) } == nil)
    #expect(symbol { $0.shortSideMin = 49 } == .videoTooSmall)
    #expect(symbol { $0.longSideMin = 65 } == .videoTooSmall)
    #expect(symbol { $0.streamsMax = 2 } == nil)
    #expect(symbol { $0.streamsMax = 1 } == .videoFormatUnsupported)
    #expect(symbol { $0.memoryBytesMax = 4096 } == .videoDecodeBudgetExceeded)
    #expect(symbol { $0.decodeMillisMax = 0 } == .videoDecodeBudgetExceeded)
  }

  @Test func theServersLimitsAreThoseThatAreDocumented() throws {
    let small = try TestClip(width: 256, height: 480, frames: 6).make()
    #expect(refusal(ofVideo: small, VideoLimits())?.limit == "270 × 480 pixels")
    let least = try TestClip(width: 270, height: 480, frames: 6).make()
    #expect(refusal(ofVideo: least, VideoLimits()) == nil)
    let large = try TestClip(width: 1920, height: 1080, frames: 6).make()
    #expect(refusal(ofVideo: large, VideoLimits()) == nil)
    let larger = try TestClip(width: 1936, height: 1080, frames: 6).make()
    #expect(refusal(ofVideo: larger, VideoLimits())?.symbol == .videoDimensionsExceeded)
    let long = try TestClip(frames: 6, milliseconds: [0, 1000, 5000, 10_000, 20_000, 20_001]).make()
    #expect(refusal(ofVideo: long)?.limit == "20.0 s")
  }

  /// What the container says is small, and the pictures are not.
  @Test func sizesInsideTheStreamCountToo() throws {
    var bytes = try TestClip(width: 640, height: 480, frames: 6).make().array
    // Width and height in the sample entry, 16 bits each.
    let table = try #require(bytes.indices.first { bytes[$0...].starts(with: "stsd".utf8) })
    let entry = try #require(
      bytes.indices[table...].first { bytes[$0...].starts(with: "avc1".utf8) })
    bytes[entry + 28] = 0
    bytes[entry + 29] = 64
    bytes[entry + 30] = 0
    bytes[entry + 31] = 48
    var limits = VideoLimits.small
    limits.sideMax = 320
    #expect(refusal(ofVideo: Bytes(bytes), limits)?.symbol == .videoDimensionsExceeded)
    let seen = try SeenClip(Bytes(bytes))
    #expect(seen.info?.width == 640 && seen.sizes.allSatisfy { $0 == [640, 480] })
  }

  @Test func aSizeThatChangesIsRefused() throws {
    let bytes = try TestClip(muxer: "matroska", video: "mjpeg", change: (10, 96, 80)).make()
    let error = refusal(ofVideo: bytes)
    #expect(error == .sizeChanged)
  }

  @Test func containersWithoutPicturesAreRefused() throws {
    let sound = try TestClip(video: nil, audio: "aac").make()
    #expect(refusal(ofVideo: sound) == .noPictures)
    let wave = try TestClip(muxer: "wav", video: nil, audio: "pcm_s16le").make()
    #expect(refusal(ofVideo: wave) == .container)
    #expect(refusal(ofVideo: Bytes("#EXTM3U\nfile:///etc/passwd\n".utf8)) == .container)
    #expect(refusal(ofVideo: .empty) == .empty)
  }

  @Test(arguments: ["libtheora", "ffvhuff", "ffv1", "wmv2", "msmpeg4", "flv"])
  func otherCodecsAreRefused(encoder: String) throws {
    let bytes = try TestClip(muxer: "matroska", video: encoder, width: 176, height: 144).make()
    #expect(refusal(ofVideo: bytes) == .codec)
    #expect(refusal(ofVideo: bytes, .smallEvaluation) == .codec)
  }
}
