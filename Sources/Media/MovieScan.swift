// A walk over the boxes of an MP4 or MOV before a demuxer sees them: what they would make it reserve or open.

/// Checks the tables of a movie against what a clip may have.
///
/// Every table whose length is a number in the file is looked at, wherever it stands: a few bytes can ask for four
/// thousand million entries. References to other files, and packed headers, are refused. Reads nothing outside the
/// bytes; the walk is bounded.
struct MovieScan {
  private let bytes: UnsafeRawBufferPointer
  private let limits: VideoLimits
  private var boxes = 0
  private var tracks = 0
  /// Of the fragments, over all of them.
  private var fragmentSamples = 0
  /// Of the sample table whose track is walked: tables of sound may be longer.
  private var isSound = false

  /// Throws what is wrong with the movie.
  static func check(
    _ bytes: UnsafeRawBufferPointer, _ limits: VideoLimits
  ) throws(VideoError) {
    var scan = MovieScan(bytes: bytes, limits: limits)
    try scan.walk(0..<bytes.count, depth: 0)
  }

  private init(bytes: UnsafeRawBufferPointer, limits: VideoLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  /// Boxes that hold boxes, for a demuxer at least.
  private static let containers: Set<UInt32> = Set(
    [
      "moov", "trak", "mdia", "minf", "stbl", "edts", "dinf", "moof", "traf", "mvex", "tref",
      "udta",
      "wave", "sinf", "schi", "ilst", "clip", "matt", "gmhd",
    ].map(code))

  private static func code(_ name: StaticString) -> UInt32 {
    (0..<4).reduce(0) { $0 << 8 | UInt32(name.utf8Start[$1]) }
  }

  private mutating func walk(_ range: Range<Int>, depth: Int) throws(VideoError) {
    guard depth <= MovieLimits.depthMax else { throw .plain }
    var position = range.lowerBound
    while position + 8 <= range.upperBound {
      boxes += 1
      guard boxes <= MovieLimits.boxesMax else { throw .plain }
      var (header, size) = (8, Int(long(position)))
      let kind = long(position + 4)
      if size == 1 {
        guard position + 16 <= range.upperBound else { return }
        header = 16
        size = Int(clamping: UInt64(long(position + 8)) << 32 | UInt64(long(position + 12)))
      } else if size == 0 {
        size = range.upperBound - position
      }
      // Padding: nothing that is read follows.
      guard size >= header else { return }
      let isCut = size > range.upperBound - position
      if isCut, [Self.code("moov"), Self.code("moof")].contains(kind) { throw .damaged }
      let end = isCut ? range.upperBound : position + size
      try visit(kind, position + header..<end, depth: depth)
      position = end
    }
  }

  private mutating func visit(
    _ kind: UInt32, _ body: Range<Int>, depth: Int
  ) throws(VideoError) {
    switch kind {
    case Self.code("cmov"): throw .plain
    case Self.code("trak"):
      tracks += 1
      guard tracks <= limits.streamsMax else { throw .plain }
      isSound = false
    case Self.code("hdlr"):
      // A second one, in QuickTime's files, names no kind.
      if body.count >= 12, long(body.lowerBound + 8) == Self.code("soun") { isSound = true }
    case Self.code("stsz"), Self.code("stz2"): try checkSizes(body)
    case Self.code("stts"), Self.code("ctts"): try checkTable(body, entry: 8)
    case Self.code("stsc"): try checkTable(body, entry: 12)
    case Self.code("stco"), Self.code("stss"), Self.code("stps"): try checkTable(body, entry: 4)
    case Self.code("co64"): try checkTable(body, entry: 8)
    case Self.code("elst"): try checkEdits(body)
    case Self.code("dref"): try checkReferences(body)
    case Self.code("trun"): try checkRun(body)
    default: break
    }
    // Demuxers take a header that somebody has hidden for one.
    let isHidden =
      (kind == Self.code("free") || kind == Self.code("hoov")) && body.count >= 8
      && [Self.code("mvhd"), Self.code("cmov")].contains(long(body.lowerBound + 4))
    if isHidden || Self.containers.contains(kind) { try walk(body, depth: depth + 1) }
  }

  /// A version, flags, a count, then so many entries.
  private func checkTable(_ body: Range<Int>, entry: Int) throws(VideoError) {
    guard body.count >= 8 else { throw .damaged }
    guard Int(long(body.lowerBound + 4)) <= (body.count - 8) / entry else { throw .damaged }
  }

  private func checkSizes(_ body: Range<Int>) throws(VideoError) {
    guard body.count >= 12 else { throw .damaged }
    let count = Int(long(body.lowerBound + 8))
    let most = isSound ? MovieLimits.soundSamplesMax : limits.framesMax
    guard count <= most else {
      throw isSound ? .seconds(limits) : .frames(limits)
    }
  }

  private func checkEdits(_ body: Range<Int>) throws(VideoError) {
    guard body.count >= 8 else { throw .damaged }
    let entry = bytes[body.lowerBound] == 1 ? 20 : 12
    try checkTable(body, entry: entry)
    guard Int(long(body.lowerBound + 4)) <= MovieLimits.editsMax else { throw .plain }
  }

  /// Each entry is a box whose flag says that the media are in this very file.
  private func checkReferences(_ body: Range<Int>) throws(VideoError) {
    guard body.count >= 8 else { throw .damaged }
    let count = Int(long(body.lowerBound + 4))
    var position = body.lowerBound + 8
    guard count <= MovieLimits.referencesMax else { throw .plain }
    for _ in 0..<count {
      guard position + 12 <= body.upperBound else { throw .damaged }
      guard bytes[position + 11] & 1 == 1 else { throw .plain }
      let size = Int(long(position))
      guard size >= 12 else { throw .damaged }
      position += size
    }
  }

  private mutating func checkRun(_ body: Range<Int>) throws(VideoError) {
    guard body.count >= 8 else { throw .damaged }
    let flags = long(body.lowerBound) & 0xFFFFFF
    let count = Int(long(body.lowerBound + 4))
    // Fields of each sample, then two that a run may have.
    let entry = 4 * (flags & 0xF00).nonzeroBitCount
    let own = 8 + 4 * (flags & 0x5).nonzeroBitCount
    if entry > 0 { guard count <= max(0, body.count - own) / entry else { throw .damaged } }
    fragmentSamples += count
    // Which track a run belongs to does not matter: both sound and pictures come in packets.
    guard fragmentSamples <= MovieLimits.fragmentSamplesMax else { throw .frames(limits) }
  }

  private func long(_ position: Int) -> UInt32 {
    UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
  }
}
