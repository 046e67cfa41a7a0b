// Films known again, on made-up fingerprints: what the key hides, what is found, what is forgotten.

import Liveness
import Sealing
import Testing
import Vision
import Vocabulary

/// SplitMix64, so that a failure can be repeated.
private struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

private let key = ReplayKey(HMACKey(Array("a test's key".utf8)))

/// A film of `count` tenths of a second, every frame of which moves.
private func film(_ count: Int, _ random: inout Seeded) -> [FrameFingerprint] {
  (0..<count).map {
    FrameFingerprint(
      seconds: 0.4 + Double($0) / 10, bits: random.next() & (UInt64.max - 1), activity: 0.1)
  }
}

/// The film with each bit wrong with this probability, cut at the beginning and moved to its new start.
private func copy(
  _ film: [FrameFingerprint], errors: Double, cut: Int = 0, mirrored: Bool = false,
  _ random: inout Seeded
) -> [FrameFingerprint] {
  film.dropFirst(cut).map { frame in
    var frame = mirrored ? frame.mirrored : frame
    for bit in 1..<64 where Double.random(in: 0..<1, using: &random) < errors {
      frame.bits ^= 1 << UInt64(bit)
    }
    frame.seconds -= Double(cut) / 10 + 0.03
    return frame
  }
}

private func window(_ retention: ReplayRetention = .standard) -> ReplayWindow {
  ReplayWindow(key: key, records: MemoryReplayRecords(retention))
}

private func seen(
  _ window: ReplayWindow, _ film: [FrameFingerprint], media: [UInt8]? = nil, origin: Int,
  owner: String = "a", at milliseconds: Int64 = 0
) async throws -> ReplayReading {
  try await window.seen(
    film, mediaSHA256: media, origin: Array("\(origin)".utf8), owner: owner, at: milliseconds)
}

@Suite("The key")
struct ReplayKeyTests {
  @Test("What is stored under a key does not change between versions")
  func golden() {
    #expect(key.keyed(0) == 4_845_282_979_605_762_702)
    #expect(key.keyed(0x0123_4567_89AB_CDEE) == 6_814_053_906_790_591_110)
    #expect(key.mediaCode([1, 2, 3]).prefix(4) == [27, 55, 39, 17])
  }

  @Test("Distances stay, bits do not; another key stores something else")
  func distances() {
    var random = Seeded(state: 3)
    let other = ReplayKey(HMACKey([1]))
    var differing = 0
    for _ in 0..<1000 {
      let (a, b) = (random.next() & (UInt64.max - 1), random.next() & (UInt64.max - 1))
      #expect((key.keyed(a) ^ key.keyed(b)).nonzeroBitCount == (a ^ b).nonzeroBitCount)
      #expect(key.keyed(a) >> 63 == 0)
      differing += (key.keyed(a) ^ other.keyed(a)).nonzeroBitCount
    }
    #expect((25_000...38_000).contains(differing))
  }

  @Test("Codes of files and of origins are kept apart")
  func codes() {
    #expect(key.mediaCode([1]) != key.originCode([1]))
    #expect(key.mediaCode([1]).count == 32)
  }
}

@Suite("The window")
struct ReplayWindowTests {
  @Test("Copies are found among many films: changed bits, cut, in a mirror")
  func copies() async throws {
    var random = Seeded(state: 1)
    let window = window()
    var films: [[FrameFingerprint]] = []
    for index in 0..<80 {
      let film = film(Int.random(in: 25...80, using: &random), &random)
      let reading = try await seen(window, film, origin: index)
      #expect(!reading.wasSeen && reading.isJudged, "film \(index)")
      #expect(reading.signals[.replaySeen] == 0)
      films.append(film)
    }
    for (index, film) in films.enumerated() {
      let copy = copy(
        film, errors: Double(index % 20) / 100, cut: index % 4, mirrored: index % 3 == 0, &random)
      let reading = try await seen(window, copy, origin: 1000 + index)
      #expect(reading.wasSeen && reading.signals[.replaySeen] == 1, "copy \(index)")
      #expect(reading.isMirrored == (index % 3 == 0))
      #expect(reading.best?.framesMatched ?? 0 >= 20)
    }
  }

  @Test("The same file is known without any motion, and another is not")
  func files() async throws {
    let window = window()
    let first = try await seen(window, [], media: [1], origin: 1)
    #expect(first.isMediaKnown == false && !first.wasSeen && !first.isJudged)
    // Nothing moved: nothing is said of frames.
    #expect(first.signals == [.replayMediaKnown: 0, .replayFramesJudged: 0])
    #expect(try await seen(window, [], media: [1], origin: 2).wasSeen)
    #expect(try await !seen(window, [], media: [2], origin: 3).wasSeen)
    #expect(try await seen(window, [], origin: 4).isMediaKnown == nil)
  }

  @Test("A call that is repeated is not held against itself; a third one is found")
  func origins() async throws {
    var random = Seeded(state: 2)
    let window = window()
    let film = film(40, &random)
    #expect(try await !seen(window, film, media: [1], origin: 1).wasSeen)
    #expect(try await !seen(window, film, media: [1], origin: 1).wasSeen)
    let other = try await seen(window, film, media: [1], origin: 2)
    #expect(other.isMediaKnown == true && other.best?.bitError == 0)
  }

  @Test("Of two copies that come at once, one is found")
  func atOnce() async throws {
    var random = Seeded(state: 4)
    let film = film(40, &random)
    for round in 0..<10 {
      let window = window()
      let found = try await withThrowingTaskGroup(of: Bool.self) { group in
        for origin in 0..<2 {
          group.addTask { try await seen(window, film, origin: 100 * round + origin).wasSeen }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(found == 1)
    }
  }

  @Test("Frames that hardly moved, or have no time, do not count")
  func still() async throws {
    var random = Seeded(state: 5)
    let window = window()
    var film = film(60, &random)
    for index in film.indices where index % 3 != 0 { film[index].activity = 0.019 }
    #expect(try await seen(window, film, origin: 1).framesJudged == 20)
    film[0].seconds = .nan
    film[3].seconds = .infinity
    film[6].seconds = 1e300
    #expect(try await seen(window, film, origin: 2).framesJudged == 17)
  }

  @Test("Frames too few in too long a time are no run, and say nothing, not that the film is new")
  func sparse() async throws {
    var random = Seeded(state: 11)
    let window = window()
    func spaced(_ step: Double) -> [FrameFingerprint] {
      var film = film(24, &random)
      for index in film.indices { film[index].seconds = Double(index) * step }
      return film
    }
    // 24 frames that move, 160 ms apart: 20 of them take 3.04 s.
    let sparse = spaced(0.16)
    for origin in 1...2 {
      let reading = try await seen(window, sparse, origin: origin)
      #expect(reading.framesJudged == 24 && !reading.isJudged && reading.best == nil)
      #expect(reading.signals[.replaySeen] == nil && reading.signals[.replayFramesJudged] == 24)
    }
    let dense = spaced(0.157)
    #expect(try await seen(window, dense, origin: 3).signals[.replaySeen] == 0)
    #expect(try await seen(window, dense, origin: 4).signals[.replaySeen] == 1)
  }

  @Test("A film that answered nothing answers no challenge later, and may be sent again")
  func unasked() async throws {
    var random = Seeded(state: 12)
    let window = window()
    let film = film(40, &random)
    for moment in 0..<3 {
      try await window.remember(film, mediaSHA256: [1], owner: "a", at: Int64(moment))
    }
    let copied = copy(film, errors: 0.05, &random)
    #expect(try await seen(window, copied, media: [2], origin: 1, at: 3).signals[.replaySeen] == 1)
    #expect(try await seen(window, [], media: [1], origin: 2, at: 4).isMediaKnown == true)
  }

  @Test("A film is forgotten after its time, and not before")
  func time() async throws {
    var random = Seeded(state: 6)
    let film = film(40, &random)
    for (passed, expected) in [(Int64(999), true), (1000, false), (.max, false)] {
      let window = window(ReplayRetention(milliseconds: 1000, clips: 10, frames: 1000))
      _ = try await seen(window, film, media: [1], origin: 1, at: -5)
      let later = try await seen(
        window, film, media: [1], origin: 2, at: passed == .max ? .max : passed - 5)
      #expect(later.wasSeen == expected, "after \(passed)")
      #expect(later.isMediaKnown == expected)
    }
  }

  @Test("Memory is bounded by clips and by frames, the oldest go first")
  func bounds() async throws {
    var random = Seeded(state: 7)
    let byClips = MemoryReplayRecords(
      ReplayRetention(milliseconds: .max, clips: 5, frames: 1_000_000))
    let byFrames = MemoryReplayRecords(
      ReplayRetention(milliseconds: .max, clips: 1000, frames: 200))
    let films = (0..<8).map { _ in film(40, &random) }
    for records in [byClips, byFrames] {
      let window = ReplayWindow(key: key, records: records)
      for (index, film) in films.enumerated() {
        _ = try await seen(window, film, media: [UInt8(index)], origin: index)
      }
      #expect(records.count == 5)
      for index in [3, 7] {
        let reading = try await seen(
          window, films[index], media: [UInt8(index)], origin: 100 + index)
        #expect(reading.wasSeen, "film \(index)")
      }
      for index in 0..<3 {
        #expect(
          try await !seen(window, films[index], media: [UInt8(index)], origin: 200 + index).wasSeen)
      }
    }
  }

  @Test("A clock that goes back forgets nothing and keeps nothing longer")
  func clockBack() async throws {
    var random = Seeded(state: 8)
    let film = film(40, &random)
    let records = MemoryReplayRecords(ReplayRetention(milliseconds: 1000, clips: 10, frames: 1000))
    let window = ReplayWindow(key: key, records: records)
    _ = try await seen(window, film, origin: 1, at: 5000)
    #expect(try await seen(window, film, origin: 2, at: 0).wasSeen)
    #expect(try await !seen(window, film, origin: 3, at: 6000).wasSeen)
  }

  @Test("The end of the longest recording is known again, by itself and behind something new")
  func long() async throws {
    var random = Seeded(state: 9)
    let window = window()
    let old = film(480, &random)
    #expect(try await seen(window, old, origin: 1).framesJudged == 480)
    let end = copy(old, errors: 0.1, cut: 440, &random)
    #expect(try await seen(window, end, origin: 2).wasSeen)
    var behind = film(440, &random)
    let last = try #require(behind.last)
    behind += old.prefix(40).map { frame in
      var frame = frame
      frame.seconds += last.seconds
      return frame
    }
    #expect(try await seen(window, behind, origin: 3).wasSeen)
    #expect(try await !seen(window, film(480, &random), origin: 4).wasSeen)
    #expect(try await seen(window, film(490, &random), origin: 5).framesJudged == 480)
  }

  @Test("An account that sends much makes its own films forgotten, nobody else's")
  func shares() async throws {
    var random = Seeded(state: 13)
    let records = MemoryReplayRecords(
      ReplayRetention(milliseconds: .max, clips: 10, frames: 1_000_000))
    let window = ReplayWindow(key: key, records: records)
    let quiet = film(40, &random)
    _ = try await seen(window, quiet, media: [1], origin: 0, owner: "a")
    var loud: [[FrameFingerprint]] = []
    for index in 1...20 {
      loud.append(film(40, &random))
      _ = try await seen(window, loud[index - 1], origin: index, owner: "b")
    }
    #expect(records.load.clips == 10 && records.load.frames == 400)
    #expect(records.load.forgottenEarly == 11)
    #expect(try await seen(window, quiet, media: [1], origin: 100, owner: "c").wasSeen)
    #expect(try await !seen(window, loud[5], origin: 101, owner: "c").wasSeen)
    #expect(try await seen(window, loud[19], origin: 102, owner: "c").wasSeen)
  }

  @Test("Films are forgotten one by one, however alike their frames are")
  func alike() async throws {
    let records = MemoryReplayRecords(
      ReplayRetention(milliseconds: .max, clips: 1000, frames: 40_000))
    let window = ReplayWindow(key: key, records: records)
    let still = (0..<40).map {
      FrameFingerprint(seconds: Double($0) / 10, bits: 0x55AA, activity: 0.1)
    }
    for index in 0..<2500 { _ = try await seen(window, still, origin: index) }
    #expect(records.load.clips == 1000 && records.load.frames == 40_000)
    #expect(records.load.forgottenEarly == 1500)
    #expect(try await seen(window, still, origin: 3000).wasSeen)
  }
}

@Suite("Laying clips over each other")
struct ReplayAlignmentTests {
  private func frames(_ film: [FrameFingerprint]) -> [AlignedFrame] {
    film.map { AlignedFrame(milliseconds: Int(($0.seconds * 1000).rounded()), bits: $0.bits) }
  }

  @Test("The shift and the share of errors are found")
  func shift() {
    var random = Seeded(state: 10)
    let film = film(60, &random)
    let copy = copy(film, errors: 0.1, cut: 13, &random)
    let fit = ReplayAlignment.best(frames(copy), frames(film))
    #expect(fit.map { abs($0.shiftMilliseconds - 1330) <= 100 } == true)
    #expect(fit.map { (0.02...0.13).contains($0.bitError) } == true)
    #expect(fit?.framesMatched == 47)
  }

  @Test("Too few frames fit nothing")
  func few() {
    var random = Seeded(state: 11)
    let film = frames(film(19, &random))
    #expect(ReplayAlignment.best(film, film) == nil)
    #expect(ReplayAlignment.best([], []) == nil)
  }

  @Test("Films that have nothing in common do not come near the bound")
  func strangers() {
    var random = Seeded(state: 12)
    for _ in 0..<40 {
      let (a, b) = (frames(film(100, &random)), frames(film(100, &random)))
      #expect(ReplayAlignment.best(a, b).map { $0.bitError > 0.35 } == true)
    }
  }
}
