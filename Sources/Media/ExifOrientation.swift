// The one EXIF tag that matters: which way up the picture is.

/// The orientation 1–8 in a TIFF structure, 1 if there is none or it makes no sense.
///
/// Reads the first directory's entries and nothing else: no offset is followed but the one to that
/// directory, so directories that point to themselves or outside cost nothing.
func exifOrientation(_ tiff: UnsafeRawBufferPointer) -> Int {
  guard tiff.count >= 14 else { return 1 }
  let isLittle: Bool
  switch (tiff[0], tiff[1]) {
  case (0x49, 0x49): isLittle = true
  case (0x4D, 0x4D): isLittle = false
  default: return 1
  }
  func short(_ at: Int) -> Int {
    isLittle ? Int(tiff[at]) | Int(tiff[at + 1]) << 8 : Int(tiff[at]) << 8 | Int(tiff[at + 1])
  }
  func long(_ at: Int) -> Int {
    isLittle ? short(at) | short(at + 2) << 16 : short(at) << 16 | short(at + 2)
  }
  let directory = long(4)
  guard short(2) == 42, directory <= tiff.count - 2 else { return 1 }
  let entries = min(short(directory), ExifLimits.entriesMax)
  for index in 0..<entries {
    let entry = directory + 2 + index * 12
    guard entry + 12 <= tiff.count else { return 1 }
    // Tag 0x0112, type SHORT, one value.
    guard short(entry) == 0x0112 else { continue }
    let value = short(entry + 8)
    return short(entry + 2) == 3 && long(entry + 4) == 1 && (1...8).contains(value) ? value : 1
  }
  return 1
}
