// Clips remembered in memory, found by groups of bits.

internal import Synchronization
package import Vocabulary

/// Groups of bits by which clips are looked up: two frames of one film often agree in at least one of them.
package enum ReplayBands {
  package static let count = 5
  /// Bits of a band.
  static let width = 12
  /// Values of a band.
  package static let values = 1 << width

  /// The value of band `band` of a keyed fingerprint.
  package static func value(_ bits: UInt64, band: Int) -> Int {
    Int(bits >> UInt64(band * width) & UInt64(values - 1))
  }
}

/// How long and how much is remembered.
package struct ReplayRetention: Sendable, Equatable {
  package var milliseconds: Int64
  /// Clips, and frames of all clips together; the oldest clips go first. A frame takes about 60 bytes.
  package var clips: Int
  package var frames: Int

  package init(milliseconds: Int64, clips: Int, frames: Int) {
    self.milliseconds = max(milliseconds, 1)
    self.clips = min(max(clips, 1), ReplayLimits.clipsMax)
    self.frames = max(frames, 1)
  }

  /// A day, 10,000 clips of ten seconds: 60 MiB.
  package static let standard = ReplayRetention(
    milliseconds: 86_400_000, clips: 10_000, frames: 1_000_000)
}

/// Clips in the memory of this process; gone when it ends.
///
/// Any thread; one lock, held for a look, which is bounded by `ReplayLimits.listMax`. Memory is bounded by
/// `ReplayRetention`.
package final class MemoryReplayRecords: ReplayRecords {
  private let state: Mutex<ReplayMemory>

  package init(_ retention: ReplayRetention = .standard) {
    state = Mutex(ReplayMemory(retention: retention))
  }

  /// Clips remembered at the moment.
  package var count: Int { state.withLock { $0.count } }

  package func exchange(
    _ clip: RememberedClip, mirrored: [AlignedFrame], at milliseconds: Int64
  ) async throws(ServiceError) -> ReplayCandidates {
    state.withLock { $0.exchange(clip, mirrored: mirrored, at: milliseconds) }
  }
}

/// The records themselves, without a lock.
private struct ReplayMemory {
  private struct Entry {
    var clip: RememberedClip
    var at: Int64
  }

  /// A frame in the list of its band's value.
  private struct Posting {
    var clip: UInt32
    var milliseconds: Int32
  }

  private let retention: ReplayRetention
  /// By number modulo its size; numbers from `oldest` to before `next` are alive.
  private var ring: [Entry?]
  private var oldest = 0
  private var next = 0
  private var frames = 0
  private var files: [[UInt8]: [Int]] = [:]
  /// By band and value, each oldest first.
  private var postings = [[Posting]](
    repeating: [], count: ReplayBands.count * ReplayBands.values)
  private var latest = Int64.min

  init(retention: ReplayRetention) {
    self.retention = retention
    ring = Array(repeating: nil, count: retention.clips)
  }

  var count: Int { next - oldest }

  mutating func exchange(
    _ clip: RememberedClip, mirrored: [AlignedFrame], at milliseconds: Int64
  ) -> ReplayCandidates {
    latest = max(latest, milliseconds)
    expire()
    let isKnown = clip.mediaCode.map { code in
      files[code, default: []].contains {
        ring[$0 % ring.count]?.clip.originCode != clip.originCode
      }
    }
    let found = ReplayCandidates(
      isMediaKnown: isKnown ?? false,
      clips: candidates(for: [clip.frames, mirrored], not: clip.originCode))
    while count >= ring.count || (count > 0 && frames + clip.frames.count > retention.frames) {
      drop()
    }
    remember(clip)
    return found
  }

  /// Forgets what is too old. Clips are as old as they are far back.
  private mutating func expire() {
    while oldest < next, let entry = ring[oldest % ring.count] {
      let (age, overflow) = latest.subtractingReportingOverflow(entry.at)
      guard overflow || age >= retention.milliseconds else { return }
      drop()
    }
  }

  /// Forgets the oldest clip, whose postings are the first of their lists.
  private mutating func drop() {
    guard let clip = ring[oldest % ring.count]?.clip else { return }
    for frame in clip.frames {
      for band in 0..<ReplayBands.count { postings[Self.list(frame.bits, band)].removeFirst() }
    }
    if let code = clip.mediaCode {
      files[code]?.removeFirst()
      if files[code]?.isEmpty == true { files[code] = nil }
    }
    frames -= clip.frames.count
    ring[oldest % ring.count] = nil
    oldest += 1
  }

  private mutating func remember(_ clip: RememberedClip) {
    for frame in clip.frames {
      let posting = Posting(
        clip: UInt32(truncatingIfNeeded: next), milliseconds: Int32(clamping: frame.milliseconds))
      for band in 0..<ReplayBands.count { postings[Self.list(frame.bits, band)].append(posting) }
    }
    if let code = clip.mediaCode { files[code, default: []].append(next) }
    frames += clip.frames.count
    ring[next % ring.count] = Entry(clip: clip, at: latest)
    next += 1
  }

  private static func list(_ bits: UInt64, _ band: Int) -> Int {
    band * ReplayBands.values + ReplayBands.value(bits, band: band)
  }

  /// The clips of other origins with most bands in common at one shift, in any of the views.
  private func candidates(
    for views: [[AlignedFrame]], not origin: [UInt8]
  ) -> [RememberedClip] {
    var votes: [UInt32: UInt8] = [:]
    for view in views {
      for (key, count) in shifts(of: view) {
        let clip = key >> Self.bucketBits
        votes[clip] = max(votes[clip] ?? 0, count)
      }
    }
    let ranked = votes.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
    return ranked.lazy.compactMap { vote in
      // Numbers alive are fewer than 2^24, so the low bits tell them apart.
      let behind = (vote.key &- UInt32(truncatingIfNeeded: oldest)) & (1 << Self.clipBits - 1)
      return ring[(oldest + Int(behind)) % ring.count]?.clip
    }.filter { $0.originCode != origin }.prefix(ReplayLimits.candidatesMax).map(\.self)
  }

  private static let bucketBits: UInt32 = 8
  private static let clipBits: UInt32 = 24
  private static let bucketMilliseconds = 200
  private static let counters = 1 << 20

  /// Clip and shift, with how many bands agree there; those with `ReplayLimits.votesMin` at least. Counted by hash:
  /// now and then a few too many.
  private func shifts(of view: [AlignedFrame]) -> [(key: UInt32, count: UInt8)] {
    guard !view.isEmpty, next > oldest else { return [] }
    var counts = [UInt8](repeating: 0, count: Self.counters)
    var promising: [UInt32] = []
    for frame in view {
      for band in 0..<ReplayBands.count {
        for posting in postings[Self.list(frame.bits, band)].suffix(ReplayLimits.listMax) {
          let shift = (Int(posting.milliseconds) - frame.milliseconds) / Self.bucketMilliseconds
          let bucket = UInt32(min(max(shift + 128, 0), 255))
          let key = posting.clip << Self.bucketBits | bucket
          let at = Self.counter(key)
          guard counts[at] < .max else { continue }
          counts[at] += 1
          if counts[at] == ReplayLimits.votesMin { promising.append(key) }
        }
      }
    }
    return promising.map { ($0, counts[Self.counter($0)]) }
  }

  /// Multiplicative hashing; the constant is 2^32 over the golden ratio.
  private static func counter(_ key: UInt32) -> Int { Int((key &* 2_654_435_769) >> 12) }
}
