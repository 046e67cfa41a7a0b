// The codec's part of `idv bench counts`: a CompareFaces request decoded and its answer encoded, as the server
// does it for every call.

internal import ArgumentParser
internal import CBaseline
internal import Messages
internal import Vocabulary

/// Runs the codec between marks and says what each mark counted.
struct CodecBenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "counts-codec", abstract: "The codec's part of `idv bench counts`.",
    shouldDisplay: false)

  @Option(help: "Rounds between the first mark and the second, the second and the third.")
  var rounds: [Int] = []

  @Flag(help: "Waste some work in every round: the violation planted for the self-test.")
  var waste = false

  func run() async throws {
    let request = CodecBenchMessages.request.encoded()
    let response = CodecBenchMessages.response
    var seen = 0
    var counts = [baseline_mark()]
    for count in rounds {
      for _ in 0..<count {
        let decoded = try CompareFacesRequest(decoding: request)
        seen &+= decoded.a?.inline.count ?? 0
        seen &+= response.encodedSegments().reduce(0) { $0 &+ $1.count }
        if waste { seen &+= CompareFacesResponse(verdict: .pass).encodedSegments().count }
      }
      counts.append(baseline_mark())
    }
    guard seen > 0 || rounds.isEmpty else { throw ExitCode(1) }
    for mark in counts { print(mark.allocations, mark.bytes) }
  }
}

/// What a usual call carries.
enum CodecBenchMessages {
  static let pictureBytes = 1_000_000

  static var request: CompareFacesRequest {
    var picture = Media()
    picture.inline = Bytes([UInt8](repeating: 0x61, count: pictureBytes))
    return CompareFacesRequest(a: picture, b: picture, qualityControl: 2, threshold: 80)
  }

  static var response: CompareFacesResponse {
    var header = ResponseHeader()
    header.requestId = "0123456789abcdef0123456789abcdef"
    header.serverTimeMs = 52
    header.policy = "face-compare/1"
    let limits = [(70.0, 1e-3), (80, 1e-4), (90, 1e-5)]
    var score = Score()
    score.value = 93.5
    score.threshold = 80
    score.calibration = "a calibration's name"
    score.table = limits.map { score, rate in
      var point = OperatingPoint()
      point.threshold = score
      point.falseMatchRate = rate
      return point
    }
    var reason = Reason()
    reason.measured = 93.5
    reason.limit = 80
    var face = Face()
    face.box = Box()
    face.confidence = 0.98
    face.landmarks = [Point](repeating: Point(), count: 5)
    face.quality = FaceQuality()
    return CompareFacesResponse(
      header: header, verdict: .pass, reasons: [reason], score: score, aFace: face, bFace: face)
  }
}
