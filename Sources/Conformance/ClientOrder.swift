// What the conformance suite and a client under test say to each other; Proto/CONFORMANCE.md describes it.

internal import ConformanceMessages
internal import FoundationEssentials
internal import Messages
internal import Vocabulary

/// One call that a client is to make.
struct ClientOrder: Decodable, Sendable {
  struct Target: Decodable, Hashable, Sendable {
    let host: String
    let port: Int
    let authority: String
    let certificate: String
    let key: String
  }

  struct Request: Decodable, Sendable {
    let message: String
    let padding: Int
  }

  struct Cancel: Decodable, Sendable {
    let at: String
    let answers: Int?
  }

  let id: String
  let target: Target
  let profile: String
  let kind: String
  let timeoutMs: Int64?
  let metadata: [[String]]
  let requests: [Request]
  let turns: Bool
  let waitForReady: Bool?
  let cancel: Cancel?
  let observe: String?
}

extension ClientOrder.Request {
  /// The message with its padding.
  func decoded() throws -> ConformanceRequest {
    guard let bytes = Data(base64Encoded: message) else { throw PeerFault("not base64") }
    var request = try ConformanceRequest(decoding: Bytes(bytes))
    request.padding = Bytes([UInt8](repeating: 0, count: padding))
    return request
  }
}

/// How the call went.
struct ClientResult: Encodable, Sendable {
  struct Answer: Encodable, Sendable {
    let message: String
    let padding: Int
  }

  struct Failure: Encodable, Sendable {
    struct Detail: Encodable, Sendable {
      let symbol: String
      let field: String
      let limit: String
      let advice: Int32
      let retryable: Bool
      let retryAfterMs: UInt32
    }

    let code: UInt32
    let message: String
    let detail: Detail
  }

  let id: String
  var sent = 0
  var headers: [[String]] = []
  var answers: [Answer] = []
  var trailers: [[String]] = []
  var error: Failure?
  var observation: String?
  /// Why the order could not be carried out at all.
  var fault: String?

  init(id: String) { self.id = id }
}

extension ClientResult.Answer {
  init(_ answer: ConformanceAnswer) {
    var answer = answer
    padding = answer.padding.count
    answer.padding = .empty
    message = base64(answer.encoded())
  }

  /// Decodes as a stub would.
  init(_ bytes: Bytes, _ limits: DecodingLimits) throws(ServiceError) {
    do throws(DecodingError) {
      self.init(try ConformanceAnswer(decoding: bytes, limits: limits))
    } catch {
      throw ServiceError(.internal, error.message, Vocabulary.ErrorDetail(error.symbol))
    }
  }
}

extension ClientResult.Failure {
  init(_ error: ServiceError) {
    code = error.code.rawValue
    message = error.message
    detail = Detail(
      symbol: error.detail.symbol.rawValue, field: error.detail.field, limit: error.detail.limit,
      advice: error.detail.advice.rawValue, retryable: error.detail.retryable,
      retryAfterMs: error.detail.retryAfterMillis)
  }
}

extension Metadata {
  /// As JSON has it.
  var list: [[String]] { pairs.map { [$0.key, $0.value] } }
}

func base64(_ bytes: Bytes) -> String { Data(bytes.array).base64EncodedString() }
