// Which container a clip or a recording has, told by its first bytes only.

internal import CVideo

/// A container of clips or of recordings.
struct ClipFormat: Equatable {
  let demuxer: idv_container
  /// nil for a container of sound only.
  let container: VideoContainer?

  /// The container of `bytes`, nil if it is none that is read.
  init?(_ bytes: UnsafeRawBufferPointer, allowsEvaluationFormats: Bool) {
    guard let (demuxer, container) = Self.recognize(bytes, allowsEvaluationFormats) else {
      return nil
    }
    self.demuxer = demuxer
    self.container = container
  }

  private static func recognize(
    _ bytes: UnsafeRawBufferPointer, _ allowsEvaluationFormats: Bool
  ) -> (idv_container, VideoContainer?)? {
    func has(_ text: StaticString, at position: Int) -> Bool {
      guard position + text.utf8CodeUnitCount <= bytes.count else { return false }
      return (0..<text.utf8CodeUnitCount).allSatisfy {
        bytes[position + $0] == text.utf8Start[$0]
      }
    }
    if has("ftyp", at: 4) || has("moov", at: 4) || has("mdat", at: 4) || has("wide", at: 4)
      || has("free", at: 4) || has("skip", at: 4)
    {
      return (idv_container_mov, .mov)
    }
    if bytes.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) { return (idv_container_matroska, .matroska) }
    if has("RIFF", at: 0), has("AVI ", at: 8) { return (idv_container_avi, .avi) }
    if has("FLV\u{1}", at: 0) { return (idv_container_flv, .flv) }
    if has("RIFF", at: 0), has("WAVE", at: 8) { return (idv_container_wav, nil) }
    if has("OggS", at: 0) { return (idv_container_ogg, nil) }
    if has("#!AMR", at: 0) { return (idv_container_amr, nil) }
    if has("ID3", at: 0) { return (idv_container_mp3, nil) }
    // Headers of single frames: eleven or twelve set bits, then a layer that only one of the two has.
    if bytes.count > 1, bytes[0] == 0xFF, bytes[1] & 0xF6 == 0xF0 {
      return (idv_container_aac, nil)
    }
    if bytes.count > 1, bytes[0] == 0xFF, bytes[1] & 0xE6 == 0xE2 {
      return (idv_container_mp3, nil)
    }
    guard allowsEvaluationFormats else { return nil }
    if has("fLaC", at: 0) { return (idv_container_flac, nil) }
    if bytes.starts(with: [0, 0, 1, 0xBA]) { return (idv_container_mpegps, .mpegProgram) }
    if bytes.starts(with: [0, 0, 1, 0xB3]) { return (idv_container_mpegvideo, .mpegVideo) }
    return nil
  }
}
