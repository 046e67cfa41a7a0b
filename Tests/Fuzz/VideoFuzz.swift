// Fuzzes videos, their sound and their boxes: what comes out keeps the limits, in order of time.

import CTestVideo
import Glibc
import Media
import Vocabulary

/// Tight, so that most inputs are cheap; every container and codec.
private let limits = VideoLimits(
  bytesMax: 1 << 20, secondsMax: 30, framesMin: 1, framesMax: 200, shortSideMin: 1, longSideMin: 1,
  sideMax: 320, pixelsMax: 320 * 320, memoryBytesMax: 16 << 20, decodeMillisMax: 2000,
  allowsEvaluationFormats: true)

let videoEntries = [
  FuzzEntry(name: "video") { _ = decode($0, wanted: .all) },
  FuzzEntry(name: "video-some") { _ = decode($0, wanted: .every(seconds: 0.1)) },
  FuzzEntry(name: "sound") { input in
    guard let pcm = try? AudioDecoder.decode(Bytes(copying: input), limits: limits) else { return }
    precondition(pcm.seconds <= limits.secondsMax, "sound over its limit")
    precondition(pcm.samples.allSatisfy(\.isFinite), "a sample that is no number")
  },
  FuzzEntry(name: "sound-copied") { input in
    let bytes = Bytes(copying: input)
    guard let track = try? AudioDecoder.track(of: bytes, bytesMax: 1 << 20, limits: limits) else {
      return
    }
    precondition(track.count <= 1 << 20, "a copy over its limit")
  },
]

/// A clip is decoded, with a pause that none of the seeds has.
let videoCanary = FuzzEntry(name: "canary-video") { input in
  let times = decode(input, wanted: .all)
  let gaps = zip(times.dropFirst(), times).map { $0 - $1 }
  guard let longest = gaps.max(), let shortest = gaps.min() else { return }
  precondition(longest < 3 * shortest, "the canary was found, as it must be")
}

/// The times of what is handed out.
private func decode(_ input: UnsafeRawBufferPointer, wanted: FrameChoice) -> [Double] {
  var times: [Double] = []
  var size: [Int]?
  let info = try? VideoDecoder.decode(Bytes(copying: input), limits: limits, wanted: wanted) {
    frame in
    precondition(frame.seconds > (times.last ?? -1), "times that do not rise")
    times.append(frame.seconds)
    let pixels = frame.takePixels()
    precondition(max(pixels.width, pixels.height) <= limits.sideMax, "a picture over its limit")
    precondition(size == nil || size == [pixels.width, pixels.height], "another size")
    size = [pixels.width, pixels.height]
    let sum = pixels.withUnsafeBytes { $0.reduce(0) { $0 &+ Int($1) } }
    precondition(sum >= 0, "read every byte")
    return true
  }
  guard let info else { return [] }
  precondition(info.framesDelivered == times.count, "another number than told")
  precondition(info.timing.count <= limits.framesMax, "more packets than the limit")
  precondition((times.last ?? 0) <= limits.secondsMax, "longer than the limit")
  return times
}

/// Writes one small clip of each kind into `folder`.
func writeVideoSeeds(to folder: String) {
  let kinds: [(muxer: String, video: String?, audio: String?)] = [
    ("mp4", "libx264", "aac"), ("mp4", "libx265", nil), ("mp4", "mpeg4", "libmp3lame"),
    ("mov", "mjpeg", "pcm_s16le"), ("webm", "libvpx", "libopus"), ("webm", "libvpx-vp9", nil),
    ("matroska", "libx264", nil), ("avi", "mjpeg", nil), ("avi", "mpeg4", "pcm_s16le"),
    ("flv", "libx264", "libmp3lame"), ("mpeg", "mpeg1video", "mp2"),
    ("mpeg1video", "mpeg2video", nil),
    ("wav", nil, "pcm_s16le"), ("ogg", nil, "libopus"), ("mp3", nil, "libmp3lame"),
    ("adts", nil, "aac"),
  ]
  for (index, kind) in kinds.enumerated() {
    var plan = idv_test_clip()
    (plan.width, plan.height, plan.frames, plan.key_distance) = (32, 32, 6, 3)
    (plan.sound_seconds, plan.sound_rate) = (0.06, kind.muxer == "flv" ? 44_100 : 48_000)
    // They live as long as the process.
    plan.muxer = UnsafePointer(strdup(kind.muxer))
    plan.video = kind.video.map { UnsafePointer(strdup($0)) }
    plan.audio = kind.audio.map { UnsafePointer(strdup($0)) }
    var (count, code): (Int, Int32) = (0, 0)
    guard let made = idv_test_clip_make(&plan, &count, &code) else {
      fatalError("no seed of \(kind): \(code)")
    }
    guard let file = fopen("\(folder)/\(index)-\(kind.muxer)", "wb") else {
      fatalError("\(folder) cannot be written")
    }
    fwrite(made, 1, count, file)
    fclose(file)
    free(made)
  }
}
