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
  /// Clips, and frames of all clips together. A frame takes about 64 bytes, with what it is found by.
  package var clips: Int
  package var frames: Int

  package init(milliseconds: Int64, clips: Int, frames: Int) {
    self.milliseconds = max(milliseconds, 1)
    self.clips = min(max(clips, 1), ReplayLimits.clipsMax)
    self.frames = max(frames, 1)
  }

  /// What fits into `bytes`: a clip has 16 frames that moved at the least, by and large.
  package init(milliseconds: Int64, bytes: Int) {
    let frames = bytes / ReplayLimits.frameBytes
    self.init(milliseconds: milliseconds, clips: frames / 16, frames: frames)
  }

  /// A day, 128 MiB: two million frames, 50,000 clips of four seconds.
  package static let standard = ReplayRetention(milliseconds: 86_400_000, bytes: 128 << 20)
}

/// What a memory of clips holds, for operators.
package struct ReplayLoad: Sendable, Equatable {
  package var clips: Int
  package var frames: Int
  /// Clips that were forgotten before their time because there was no room, since the start.
  package var forgottenEarly: UInt64
}

/// Clips in the memory of this process; gone when it ends.
///
/// Any thread; one lock, held for a look, which is bounded by `ReplayLimits.listMax`. Memory is bounded by
/// `ReplayRetention`. Where there is no room, the oldest clip of the account that has most frames goes, so that nobody
/// makes the films of others forgotten.
package final class MemoryReplayRecords: ReplayRecords {
  private let state: Mutex<ReplayMemory>

  package init(_ retention: ReplayRetention = .standard) {
    state = Mutex(ReplayMemory(retention: retention))
  }

  /// Clips remembered at the moment.
  package var count: Int { load.clips }

  package var load: ReplayLoad { state.withLock { $0.load } }

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

  /// A frame in the list of its band's value. Those of clips that are gone stay until their list is swept.
  private struct Posting {
    var clip: UInt32
    var milliseconds: Int32
  }

  /// Postings of one band and value, oldest first.
  private struct List {
    var postings: [Posting] = []
    /// How many of them are of clips that are gone.
    var gone = 0
  }

  /// What one account has.
  private struct Share {
    /// Its clips, oldest first; those before `first` are gone.
    private var clips: [UInt32] = []
    private var first = 0
    var frames = 0

    var count: Int { clips.count - first }
    var oldest: UInt32? { count > 0 ? clips[first] : nil }

    mutating func append(_ clip: UInt32) { clips.append(clip) }

    mutating func removeOldest() {
      first += 1
      guard first * 2 >= clips.count else { return }
      clips.removeFirst(first)
      first = 0
    }
  }

  private let retention: ReplayRetention
  /// By number. Numbers go up and begin again after 2^32, when those of then are long gone.
  private var clips: [UInt32: Entry] = [:]
  private var next: UInt32 = 0
  private var shares: [String: Share] = [:]
  private var frames = 0
  private var files: [[UInt8]: [UInt32]] = [:]
  private var lists = [List](repeating: List(), count: ReplayBands.count * ReplayBands.values)
  private var latest = Int64.min
  private var forgottenEarly: UInt64 = 0

  init(retention: ReplayRetention) { self.retention = retention }

  var load: ReplayLoad {
    ReplayLoad(clips: clips.count, frames: frames, forgottenEarly: forgottenEarly)
  }

  mutating func exchange(
    _ clip: RememberedClip, mirrored: [AlignedFrame], at milliseconds: Int64
  ) -> ReplayCandidates {
    latest = max(latest, milliseconds)
    expire()
    let isKnown = clip.mediaCode.map { code in
      files[code, default: []].contains { clips[$0]?.clip.originCode != clip.originCode }
    }
    let found = ReplayCandidates(
      isMediaKnown: isKnown ?? false,
      clips: candidates(for: [clip.frames, mirrored], not: clip.originCode))
    while clips.count >= retention.clips
      || (!clips.isEmpty && frames + clip.frames.count > retention.frames)
    {
      guard let owner = shares.max(by: { Self.weight($0.value) < Self.weight($1.value) })?.key
      else { break }
      drop(oldestOf: owner)
      forgottenEarly += 1
    }
    remember(clip)
    return found
  }

  /// What an account's share takes of the bounds. Clips without frames count, too.
  private static func weight(_ share: Share) -> Int { share.frames + share.count }

  /// Forgets what is too old. Accounts are few.
  private mutating func expire() {
    for owner in shares.keys {
      while let number = shares[owner]?.oldest, let entry = clips[number] {
        let (age, overflow) = latest.subtractingReportingOverflow(entry.at)
        guard overflow || age >= retention.milliseconds else { break }
        drop(oldestOf: owner)
      }
    }
  }

  private mutating func drop(oldestOf owner: String) {
    guard let number = shares[owner]?.oldest, let clip = clips.removeValue(forKey: number)?.clip
    else { return }
    shares[owner]?.removeOldest()
    shares[owner]?.frames -= clip.frames.count
    if shares[owner]?.count == 0 { shares[owner] = nil }
    for frame in clip.frames {
      for band in 0..<ReplayBands.count { sweep(Self.list(frame.bits, band)) }
    }
    if let code = clip.mediaCode {
      files[code]?.removeAll { $0 == number }
      if files[code]?.isEmpty == true { files[code] = nil }
    }
    frames -= clip.frames.count
  }

  /// One more posting of a list is of a clip that is gone: they go together, once they are as many as the others, so that
  /// forgetting costs the same for each frame however long its list is.
  private mutating func sweep(_ list: Int) {
    lists[list].gone += 1
    guard lists[list].gone * 2 >= lists[list].postings.count else { return }
    lists[list].postings.removeAll { clips[$0.clip] == nil }
    lists[list].gone = 0
  }

  private mutating func remember(_ clip: RememberedClip) {
    for frame in clip.frames {
      let posting = Posting(clip: next, milliseconds: Int32(clamping: frame.milliseconds))
      for band in 0..<ReplayBands.count {
        lists[Self.list(frame.bits, band)].postings.append(posting)
      }
    }
    if let code = clip.mediaCode { files[code, default: []].append(next) }
    frames += clip.frames.count
    shares[clip.owner, default: Share()].append(next)
    shares[clip.owner]?.frames += clip.frames.count
    clips[next] = Entry(clip: clip, at: latest)
    next &+= 1
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
        let clip = UInt32(truncatingIfNeeded: key >> Self.bucketBits)
        votes[clip] = max(votes[clip] ?? 0, count)
      }
    }
    let ranked = votes.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
    return ranked.lazy.compactMap { clips[$0.key]?.clip }
      .filter { $0.originCode != origin }.prefix(ReplayLimits.candidatesMax).map(\.self)
  }

  private static let bucketBits: UInt64 = 9
  private static let bucketMilliseconds = 200
  private static let counters = 1 << 20

  /// Clip and shift, with how many bands agree there; those with `ReplayLimits.votesMin` at least. Counted by hash:
  /// now and then a few too many.
  private func shifts(of view: [AlignedFrame]) -> [(key: UInt64, count: UInt8)] {
    guard !view.isEmpty, !clips.isEmpty else { return [] }
    var counts = [UInt8](repeating: 0, count: Self.counters)
    var promising: [UInt64] = []
    for frame in view {
      for band in 0..<ReplayBands.count {
        let postings = lists[Self.list(frame.bits, band)].postings
        for posting in postings.suffix(ReplayLimits.listMax) {
          let shift = (Int(posting.milliseconds) - frame.milliseconds) / Self.bucketMilliseconds
          let bucket = UInt64(min(max(shift + 256, 0), 511))
          let key = UInt64(posting.clip) << Self.bucketBits | bucket
          let at = Self.counter(key)
          guard counts[at] < .max else { continue }
          counts[at] += 1
          if counts[at] == ReplayLimits.votesMin { promising.append(key) }
        }
      }
    }
    return promising.map { ($0, counts[Self.counter($0)]) }
  }

  /// Multiplicative hashing; the constant is 2^64 over the golden ratio.
  private static func counter(_ key: UInt64) -> Int { Int((key &* 0x9E37_79B9_7F4A_7C15) >> 44) }
}
