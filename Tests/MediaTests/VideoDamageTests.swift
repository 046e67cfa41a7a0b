// Videos and recordings that are broken or hostile: a named error or sound pictures, and nothing is opened.

internal import CTestVideo
internal import Foundation
internal import Glibc
internal import Testing
internal import Vocabulary

@testable internal import Media

/// Reads a video or a recording in every way there is.
func readEveryWay(_ bytes: Bytes, _ limits: VideoLimits = .smallEvaluation) {
  _ = refusal(ofVideo: bytes, limits)
  _ = refusal(ofSound: bytes, limits)
}

@Suite struct VideoDamageTests {
  static let clips = [
    TestClip(audio: "aac", bFrames: 2), TestClip(video: "libx265", audio: "aac"),
    TestClip(video: "mpeg4", audio: "libmp3lame"),
    TestClip(muxer: "webm", video: "libvpx", audio: "libopus"),
    TestClip(muxer: "webm", video: "libvpx-vp9", audio: "libopus"),
    TestClip(muxer: "avi", video: "mjpeg", audio: "pcm_s16le", soundRate: 8000),
    TestClip(muxer: "flv", audio: "aac", soundRate: 44_100),
    TestClip(muxer: "mpeg", video: "mpeg1video", audio: "mp2"),
    TestClip(muxer: "wav", video: nil, audio: "pcm_s16le", soundRate: 8000),
    TestClip(muxer: "ogg", video: nil, audio: "libopus"),
    TestClip(muxer: "mp3", video: nil, audio: "libmp3lame"),
    TestClip(muxer: "adts", video: nil, audio: "aac"),
  ]

  /// A cut video is refused, or, where a container can be read from the front, has fewer pictures, each of them sound.
  @Test(arguments: clips)
  func cutOffClips(clip: TestClip) throws {
    let whole = try clip.make()
    let step = max(1, whole.count / 150)
    for count in stride(from: 0, to: whole.count, by: step) {
      let cut = whole[0..<count]
      _ = refusal(ofSound: cut, .smallEvaluation)
      guard clip.video != nil else { continue }
      do throws(VideoError) {
        let seen = try SeenClip(cut, .smallEvaluation)
        #expect(seen.quarters.enumerated().allSatisfy { $1.number() == $0 })
        #expect(clip.muxer != "mp4", "an index at the end is missing")
      } catch {
        #expect(error.symbol.rawValue.hasPrefix("VIDEO_") && !error.message.isEmpty)
      }
    }
  }

  /// What is decoded in spite of a change is of the promised size; nothing traps or hangs.
  @Test(arguments: clips)
  func changedBytes(clip: TestClip) throws {
    let whole = try clip.make().array
    var random = SeededRandom(state: 7)
    for _ in 0..<150 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        bytes[index] = [0, 0xFF, 0x7F, UInt8.random(in: 0...255, using: &random)]
          .randomElement(using: &random)!
      }
      readEveryWay(Bytes(bytes))
    }
  }

  @Test func aDamagedPictureIsRefusedNotPatched() throws {
    let clip = TestClip(video: "mjpeg", frames: 10)
    var bytes = try clip.make().array
    let info = try VideoDecoder.inspect(Bytes(bytes), limits: .small)
    // Into the entropy-coded data of the fourth picture, which stand first in the file, one after the other.
    let media = try #require(bytes.indices.first { bytes[$0...].starts(with: "mdat".utf8) }) + 4
    let third = info.timing.prefix(3).reduce(0) { $0 + $1.bytes }
    let end = media + third + info.timing[3].bytes
    for index in end - 60..<end - 2 { bytes[index] = 0xFF }
    #expect(refusal(ofVideo: Bytes(bytes)) == .damaged)
  }

  /// Hardware encoders cut pictures into slices: sound ones are no damage, a lost one is.
  @Test func slicesAreSoundUntilOneIsLost() throws {
    let clip = TestClip(width: 128, height: 128, frames: 10, slices: 4)
    let bytes = try clip.make()
    let seen = try SeenClip(bytes)
    #expect(seen.quarters.map { $0.number() } == Array(0..<10))
    var cut = bytes.array
    let info = try VideoDecoder.inspect(bytes, limits: .small)
    let media = try #require(cut.indices.first { cut[$0...].starts(with: "mdat".utf8) }) + 4
    let start = media + info.timing.prefix(3).reduce(0) { $0 + $1.bytes }
    let end = start + info.timing[3].bytes
    // The fourth picture's last slice becomes filler.
    var at = start
    var last = start
    while at + 4 < end {
      last = at
      at += 4 + cut[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    try #require(at == end && last > start)
    cut[last + 4] = 12
    #expect(refusal(ofVideo: Bytes(cut)) == .damaged)
  }

  /// As a decoder's thread: no file, no socket, not even by name, for every clip and every bad input.
  @Test(.enabled(if: getenv("ASAN_OPTIONS") == nil, "the address sanitizer opens files of its own"))
  func nothingIsOpened() throws {
    var inputs = try Self.clips.map { try $0.make() }
    for text in Self.hostile { inputs.append(Bytes(text.utf8)) }
    if BadInputs.arePresent {
      inputs += BadInputs.rows.map { Bytes(BadInputs.read($0.path)) }
    } else {
      print("the shared bad inputs are not beside this checkout: only clips of our own")
    }
    // What is set up once is not what a caller's bytes make it do.
    for input in inputs.prefix(Self.clips.count) { readEveryWay(input) }
    let all = inputs
    let tries = confined { for input in all { readEveryWay(input) } }
    // Fewer than none: this kernel has no such filter.
    #expect(tries == 0)
    // The filter does see.
    #expect(confined { _ = open("/etc/hostname", O_RDONLY) } == 1)
    #expect(confined { _ = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) } == 1)
  }

  /// Tests run side by side: what one thread tries is not what another did.
  @Test(.enabled(if: getenv("ASAN_OPTIONS") == nil, "the address sanitizer opens files of its own"))
  func whatIsTriedIsCountedByThread() async {
    async let quiet = Self.triesBeside(opens: 0)
    async let busy = Self.triesBeside(opens: 400)
    #expect(await quiet == 0)
    #expect(await busy == 400)
  }

  private static func triesBeside(opens: Int) async -> Int64 {
    await withCheckedContinuation { done in
      Thread.detachNewThread {
        let tries = confined {
          for _ in 0..<opens {
            _ = open("/etc/hostname", O_RDONLY)
            usleep(50)
          }
          if opens == 0 { usleep(20_000) }
        }
        done.resume(returning: tries)
      }
    }
  }

  private static let hostile = [
    "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n",
    "ffconcat version 1.0\nfile /etc/passwd\n", "concat:/etc/passwd|/etc/hosts", "/etc/passwd",
    "http://127.0.0.1:1/", "v=0\r\nc=IN IP4 127.0.0.1\r\nm=video 5000 RTP/AVP 96\r\n",
    "<?xml version=\"1.0\"?><MPD><BaseURL>http://127.0.0.1:1/</BaseURL></MPD>",
  ]
}

/// Runs `body` where neither files nor the network can be reached; how often it tried, negative if the kernel cannot.
func confined(_ body: @escaping () -> Void) -> Int64 {
  let box = Unmanaged.passRetained(Work(body))
  defer { box.release() }
  return idv_test_confined(
    { Unmanaged<Work>.fromOpaque($0!).takeUnretainedValue().body() }, box.toOpaque())
}

private final class Work {
  let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
}

/// A small generator with a seed, so that every run sees the same.
struct SeededRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

@Suite struct MovieScanTests {
  private func box(_ name: String, _ body: [UInt8]) -> [UInt8] {
    long(UInt32(body.count + 8)) + Array(name.utf8) + body
  }

  private func long(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
  }

  private func error(_ boxes: [UInt8]) -> VideoError? {
    do throws(VideoError) {
      try Bytes(boxes).withUnsafeBytes { (bytes) throws(VideoError) in
        try MovieScan.check(bytes, .small)
      }
      return nil
    } catch {
      return error
    }
  }

  /// Inside a track's sample table.
  private func table(_ name: String, _ body: [UInt8], kind: String = "vide") -> [UInt8] {
    let handler = box("hdlr", long(0) + long(0) + Array(kind.utf8) + long(0))
    let sizes = box("minf", box("stbl", box(name, body)))
    return box("moov", box("trak", box("mdia", handler + sizes)))
  }

  @Test func soundMoviesPass() throws {
    for clip in VideoDecoderTests.clips where clip.1 == .mov {
      let bytes = try clip.0.make()
      #expect(error(bytes.array) == nil)
    }
  }

  @Test func longTablesAreRefused() {
    let limits = VideoLimits.small
    let most = UInt32(limits.framesMax)
    #expect(error(table("stsz", long(0) + long(9) + long(most))) == nil)
    #expect(error(table("stsz", long(0) + long(9) + long(most + 1))) == .frames(limits))
    #expect(error(table("stsz", long(0) + long(2) + long(most + 1), kind: "soun")) == nil)
    #expect(
      error(table("stsz", long(0) + long(2) + long(.max), kind: "soun")) == .seconds(limits))
    for name in ["stts", "ctts", "stsc", "stco", "co64", "stss"] {
      #expect(error(table(name, long(0) + long(1) + [UInt8](repeating: 0, count: 12))) == nil)
      #expect(error(table(name, long(0) + long(1))) == .damaged)
      #expect(
        error(table(name, long(0) + long(.max) + [UInt8](repeating: 0, count: 12))) == .damaged)
    }
  }

  @Test func fragmentsCountTogether() {
    func fragment(_ count: UInt32) -> [UInt8] {
      box("moof", box("traf", box("trun", long(0) + long(count))))
    }
    #expect(error(fragment(10_000) + fragment(10_000)) == nil)
    #expect(error(fragment(10_000) + fragment(10_001)) == .frames(.small))
    // Sizes of each sample do not fit.
    #expect(
      error(box("moof", box("traf", box("trun", long(0x200) + long(4) + long(1))))) == .damaged)
  }

  @Test func otherFilesAreRefused() {
    func references(_ flags: UInt8) -> [UInt8] {
      let entry =
        long(30) + Array("url ".utf8) + [0, 0, 0, flags] + Array("file:///etc/passwd".utf8)
      return box(
        "moov",
        box(
          "trak",
          box(
            "mdia",
            box(
              "minf",
              box(
                "dinf",
                box(
                  "dref", long(0) + long(1) + entry))))))
    }
    #expect(error(references(1)) == nil)
    #expect(error(references(0)) == .plain)
  }

  @Test func packedAndHiddenHeadersAreRefused() {
    #expect(error(box("moov", box("cmov", long(0)))) == .plain)
    #expect(error(box("free", box("cmov", long(0)))) == .plain)
    #expect(error(box("free", [UInt8](repeating: 0xAB, count: 400))) == nil)
    let track = box("trak", [])
    #expect(error(box("moov", Array(repeatElement(track, count: 12).joined()))) == nil)
    #expect(error(box("moov", Array(repeatElement(track, count: 13).joined()))) == .plain)
    let edits = box("edts", box("elst", long(0) + long(17) + [UInt8](repeating: 0, count: 17 * 12)))
    #expect(error(box("moov", box("trak", edits))) == .plain)
    #expect(error(Array(repeatElement(box("free", []), count: 40_001).joined())) == .plain)
    var deep = box("udta", [])
    for _ in 0..<20 { deep = box("udta", deep) }
    #expect(error(deep) == .plain)
  }
}
