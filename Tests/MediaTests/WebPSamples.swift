// Four small WebP files as hexadecimal text: there is no hand-made encoder for this format.
//
// Made with Pillow 12 (libwebp) from one drawing of 96 × 64 pixels in four flat quarters: red and
// blue above green and near-white. No photograph, free for any use.

/// WebP files for tests.
enum WebPSamples {
  /// Lossy, quality 90.
  static let lossy = bytes(
    """
    524946469600000057454250565038208a0000009007009d012a600040003e3116894322212116ad9c002003 \
    04a08700194a169fc03f1276377807e19fec07faae402e59b3bec12aac9790ea1fbb596e1aedea039b41a2a2 \
    0000fe60eec0e5e983d6cad85445e988c87b16d1f850a7101c760a430060c8c8a3d95392643de64a62003532 \
    ece67b3c5f11ce3ac9e2ace04ce8a5fccc24b8065a6c00000000
    """)

  /// Lossless; the red quarter is fully transparent.
  static let losslessAlpha = bytes(
    """
    5249464648000000574542505650384c3c0000002f5fc00f101f2010206489142b4720406cc9912651824080 \
    902a5b86040141c1ffd1c54f8a3c012201124f7ad29336069022fa3f01c3c59e3b0ef61c
    """)

  /// Lossless, with EXIF orientation 6 (upright after a quarter turn clockwise).
  static let rotated = bytes(
    """
    524946467800000057454250565038580a000000080000005f00003f00005650384c380000002f5fc00f001f \
    2010206489142b47204048952d43824080d892234da284f98fbf011302910089273de9491b034811fd9f80e2 \
    61cf1d077b0e455849461a0000004d4d002a00000008000101120003000000010006000000000000
    """)

  /// Two frames.
  static let animated = bytes(
    """
    52494646e400000057454250565038580a000000020000005f00003f0000414e494d06000000000000000000 \
    414e4d46580000000000000000005f00003f0000640000025650384c3f0000002f5fc00f001f2010207604ca \
    10265120908c13f6a8028164d471c39aff8035cf0061b6d12427799273b85744ff63dbb66ddb0000007eaeaa \
    aa5a555575f30000414e4d46580000000000000000005f00003f0000640000005650384c3f0000002f5fc00f \
    001f2010207604ca10265120908c13f6a8028164d471c39aff8035cf0061b6d1242739c973b85744ff63dbb6 \
    6ddb5455557f0e000050555575f30000
    """)

  private static func bytes(_ text: String) -> [UInt8] {
    let digits = text.filter { $0 != " " }.map { UInt8($0.hexDigitValue!) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
