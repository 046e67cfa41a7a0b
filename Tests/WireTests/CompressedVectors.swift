// Golden vectors of compressed messages in the native profile. All hold the same EchoRequest or EchoResponse: field 1 with
// 120 bytes of "hello, hello, …".

internal import Testing
internal import Vocabulary
internal import Wire

extension NativeVectorTests {
  private static let gzipped = unhex(
    """
    1f8b0800000000000203e3aac848cdc9c9d751a03b05006db9caa87a000000
    """)
  private static let zstandard = unhex(
    """
    28b52ffd207a850000480a7868656c6c6f2c2001004e693902
    """)

  private static func named(_ encoding: String, _ method: String, _ payload: [UInt8]? = nil)
    -> [UInt8]
  {
    envelope("rpcvec.v1.Echo", method, payload) + field(100, encoding)
  }

  static let compressedScenarios: [Scenario] = [
    Scenario(
      name: "n30_gzip", about: "a request and its answer, both packed with gzip; then neither",
      steps: [
        .client(.settings([(7, 3)])),
        .client(.request(1, named("gzip", "Unary", gzipped), flags: 0x10)),
        .server("answers") {
          $0.machine.respond(
            StreamID(1), .success(OutgoingMessage(Bytes(Self.gzipped), encoding: .gzip)),
            now: $0.now)
        },
        .client(.request(3, named("gzip", "Unary", unhex("0a0161")))),
        .server("answers") { $0.respond(3, unhex("0a01611001")) },
      ]),
    Scenario(
      name: "n31_zstd_stream",
      about: "a stream each way: packed and plain messages alternate; one comes in two fragments",
      steps: [
        .client(.settings([(7, 2)])), .client(.request(1, named("zstd", "Bidi"), flags: 6)),
        .client(.data(1, Array(zstandard[..<20]), flags: 0x18)),
        .client(.data(1, Array(zstandard[20...]))), .client(.data(1, unhex("0a0161"))),
        .server("sends a plain message, then a packed one") {
          $0.send(1, unhex("0a0161"))
          _ = $0.machine.send(
            StreamID(1), OutgoingMessage(Bytes(Self.zstandard), encoding: .zstd), now: $0.now)
        },
        .client(.data(1, zstandard, flags: 0x11)), .server("ends the stream") { $0.respond(1, []) },
      ]),
    Scenario(
      name: "n32_compression_rules",
      about: "an unknown encoding; Z without an encoding; Z on a later fragment",
      steps: [
        .client(.settings([(7, 3)])), .client(.request(1, named("br", "Unary", [1]))),
        .client(.request(3, envelope("rpcvec.v1.Echo", "Unary", [1]), flags: 0x10)),
        .client(.request(5, named("gzip", "Unary"), flags: 6)),
        .client(.data(5, Array(gzipped[..<20]), flags: 0x18)),
        .client(.data(5, Array(gzipped[20...]), flags: 0x11)),
      ]),
  ]
}
