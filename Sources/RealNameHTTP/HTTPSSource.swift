// A source behind JSON over HTTPS: mutual TLS, signed both ways, every field by the operator's mapping.

internal import AsyncHTTPClient
internal import FoundationEssentials
internal import IdentityNumbers
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
package import Observability
package import RealName
internal import Sealing
internal import Synchronization
package import Vocabulary

/// An authority's gateway. Owns a client with its connections, closed when the source goes. Any thread.
///
/// Whatever is not a signed, well-formed answer to this very question within its time is a fault. Nothing is followed or
/// retried here; the pool decides what is asked again. What is malformed about an answer is told in the log, in constant
/// words.
package final class HTTPSSource: AuthoritySource {
  package let profile: SourceProfile
  private let client: HTTPClient
  private let base: String
  private let operations: [ElementOperation: MappedOperation]
  private let signer: RequestSigner?
  private let unixSeconds: @Sendable () -> Int64
  private let newNonce: @Sendable () -> String
  private let log: Log

  /// Largest answer in bytes; a portrait in base64 is the largest there is.
  static let answerBytesMax = 5 << 20
  static let keyBytes = 16...4096
  /// Bytes of a private key in PEM: RSA of 16,384 bits has fewer.
  static let privateKeyBytes = 1...(32 << 10)
  static let operationsMax = ElementOperation.allCases.count

  /// The kind that the operator's file names.
  package static let kind = "https"

  /// Makes a source of an entry of the operator's file.
  package static let maker: SourceMaker = { json in
    try HTTPSSource(
      json: json, unixSeconds: { Int64(Date().timeIntervalSince1970) },
      newNonce: {
        var numbers = SystemRandomNumberGenerator()
        return CallID.random(using: &numbers).description
      })
  }

  package init(
    json: [UInt8], unixSeconds: @escaping @Sendable () -> Int64,
    newNonce: @escaping @Sendable () -> String, log: Log = .process
  ) throws {
    let settings: HTTPSSourceSettings
    do {
      settings = try JSONDecoder().decode(HTTPSSourceSettings.self, from: Data(json))
    } catch {
      // The decoder's own text may show values.
      throw HTTPSSourceError(
        description:
          "not an https source: a key is missing or of another type (\(Self.place(error)))")
    }
    guard SourceProfile.isName(settings.name) else {
      throw HTTPSSourceError(description: "name must have 1 to 32 characters of a-z 0-9 -")
    }
    let address = settings.url.dropFirst("https://".count)
    guard settings.url.hasPrefix("https://"), !address.isEmpty, address.utf8.count <= 512,
      address.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
      !address.contains(where: { "/?#@\\".contains($0) })
    else { throw HTTPSSourceError(description: "url must be https://host[:port]") }
    base = settings.url
    let timeout = settings.timeoutMillis ?? 3000
    guard (10...60_000).contains(timeout) else {
      throw HTTPSSourceError(description: "timeoutMillis must be 10 to 60000")
    }
    guard (1...1024).contains(settings.connectionsMax ?? 16) else {
      throw HTTPSSourceError(description: "connectionsMax must be 1 to 1024")
    }
    var hashes: Set<ElementHash> = []
    for name in settings.hashes ?? [] {
      guard let hash = ElementHash(rawValue: name) else {
        throw HTTPSSourceError(description: "hashes may be md5, sha256 and sm3")
      }
      hashes.insert(hash)
    }
    var carriers: Set<PhoneCarrier> = []
    for name in settings.carriers ?? [] {
      guard let carrier = PhoneCarrier.allCases.first(where: { "\($0)" == name }) else {
        throw HTTPSSourceError(
          description: "carriers may be mobile, unicom, telecom and broadnet")
      }
      carriers.insert(carrier)
    }
    var operations: [ElementOperation: MappedOperation] = [:]
    for (name, operation) in settings.operations {
      guard let known = ElementOperation(rawValue: name) else {
        throw HTTPSSourceError(description: "operations names an unknown question")
      }
      operations[known] = try MappedOperation(
        operation, known, hashes: hashes, carriers: carriers)
    }
    guard !operations.isEmpty else {
      throw HTTPSSourceError(description: "operations is empty")
    }
    self.operations = operations
    signer = try settings.signing.map(Self.signer)
    self.unixSeconds = unixSeconds
    self.newNonce = newNonce
    self.log = log
    profile = SourceProfile(
      name: settings.name, operations: Set(operations.keys), hashes: hashes,
      carriers: carriers, tellsDetail: settings.tellsDetail ?? false, cost: settings.cost ?? 0,
      region: settings.region ?? "CN", timeout: .milliseconds(timeout))
    client = try Self.client(settings)
  }

  deinit { client.shutdown { _ in } }

  // MARK: Asking

  package func check(_ question: ElementQuestion, deadline: Deadline) async -> SourceAnswer {
    guard let operation = operations[question.operation] else { return .unavailable(.notOffered) }
    do throws(SourceFault) {
      return .answered(
        try finding(in: try await ask(question, operation, deadline), operation, question))
    } catch {
      return .unavailable(error)
    }
  }

  package func portrait(_ question: ElementQuestion, deadline: Deadline) async -> PortraitAnswer {
    guard let operation = operations[.portrait], let path = operation.portrait else {
      return .unavailable(.notOffered)
    }
    do throws(SourceFault) {
      let answer = try await ask(question, operation, deadline)
      let result = try result(of: answer, operation)
      guard result == .match else { return .none(result) }
      guard let text = answer.text(path), !text.isEmpty else { return .noPortrait }
      guard var picture = Data(base64Encoded: text) else {
        throw malformed("portrait is not base64")
      }
      defer { picture.resetBytes(in: 0..<picture.count) }
      return .portrait(picture.withUnsafeBytes { ReferencePortrait(.image, $0) })
    } catch {
      return .unavailable(error)
    }
  }

  /// One request and its answer, checked.
  private func ask(
    _ question: ElementQuestion, _ operation: MappedOperation, _ deadline: Deadline
  ) async throws(SourceFault) -> JSONAnswer {
    let nonce = newNonce()
    var body = try body(question, operation, serial: nonce)
    defer { body.zero() }
    var request = HTTPClientRequest(url: base + operation.path)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    request.headers.add(name: "Accept", value: "application/json")
    if let signer {
      let now = unixSeconds()
      request.headers.add(name: RequestSigner.keyHeader, value: signer.keyID)
      request.headers.add(name: RequestSigner.timeHeader, value: String(now))
      request.headers.add(name: RequestSigner.nonceHeader, value: nonce)
      request.headers.add(
        name: RequestSigner.signatureHeader,
        value: signer.signature(
          method: "POST", path: operation.path, seconds: now, nonce: nonce, body: body.bytes))
    }
    request.body = .bytes(ByteBuffer(bytes: body.bytes))
    let answered = try await send(request, deadline)
    if let signer {
      guard
        signer.accepts(
          status: answered.status, seconds: answered.time, signature: answered.signature,
          nonce: nonce, body: answered.body, now: unixSeconds())
      else {
        // A proxy before the gateway may turn us away without its signature: that is no lie.
        throw Self.fault(ofStatus: answered.status) ?? .badSignature
      }
    }
    if let fault = Self.fault(ofStatus: answered.status) { throw fault }
    guard answered.status == 200 else { throw malformed("HTTP status is not 200") }
    guard let json = JSONAnswer(answered.body) else { throw malformed("body is not JSON") }
    if let echo = operation.serialEcho {
      guard json.text(echo) == nonce else { throw malformed("serialEcho is not the serial") }
    }
    return json
  }

  private struct Answered {
    var status: UInt
    var time: String?
    var signature: String?
    var body: [UInt8]
  }

  private func send(
    _ request: HTTPClientRequest, _ deadline: Deadline
  ) async throws(SourceFault) -> Answered {
    let left = deadline.remaining() ?? profile.timeout
    guard left > .zero else { throw .abandoned }
    do {
      let response = try await client.execute(
        request,
        deadline: NIODeadline.now()
          + TimeAmount.nanoseconds(min(left, profile.timeout).nanoseconds))
      let body = try await response.body.collect(upTo: Self.answerBytesMax)
      return Answered(
        status: response.status.code,
        time: response.headers.first(name: RequestSigner.timeHeader),
        signature: response.headers.first(name: RequestSigner.signatureHeader),
        body: Array(body.readableBytesView))
    } catch let error as HTTPClientError {
      switch error {
      case .deadlineExceeded, .readTimeout, .connectTimeout, .tlsHandshakeTimeout, .writeTimeout,
        .getConnectionFromPoolTimeout:
        throw .timedOut
      case .cancelled: throw .abandoned
      case .remoteConnectionClosed, .uncleanShutdown: throw .unreachable
      default: throw malformed("answer is not HTTP")
      }
    } catch is CancellationError {
      throw .abandoned
    } catch is NIOTooManyBytesError {
      throw malformed("body is too large")
    } catch let error as HTTPParserError {
      // The connection ended within the answer.
      throw error == .invalidEOFState ? .unreachable : malformed("answer is not HTTP")
    } catch {
      // Sockets, name resolution, TLS: no connection to who we mean.
      throw .unreachable
    }
  }

  private func body(
    _ question: ElementQuestion, _ operation: MappedOperation, serial: String
  ) throws(SourceFault) -> JSONBody {
    var body = JSONBody()
    for (key, value) in operation.constants { body.add(key, value) }
    if let key = operation.serial { body.add(key, serial) }
    if let hash = question.hash {
      // Digests of 32 bytes look alike: the gateway has to be told whose they are.
      guard let choice = operation.hash, let text = choice.values[hash] else { throw .notOffered }
      body.add(choice.key, text)
    }
    if let carrier = question.carrier {
      guard let choice = operation.namedCarrier, let text = choice.values[carrier] else {
        throw .notOffered
      }
      body.add(choice.key, text)
    }
    for (kind, key) in operation.fields {
      guard let kind else {
        guard let since = question.since else { throw .notOffered }
        body.add(key, since.digits)
        continue
      }
      // A question without an element that the mapping has is not the one that the gateway answers.
      guard let element = question.element(kind), element.hash == question.hash else {
        throw .notOffered
      }
      body.add(key, element)
    }
    body.close()
    return body
  }

  // MARK: Answers

  private func result(
    of answer: JSONAnswer, _ operation: MappedOperation
  ) throws(SourceFault) -> ElementResult {
    guard let code = answer.text(operation.result) else {
      throw malformed("there is nothing at the path of result")
    }
    if let fault = operation.faults[code] { throw fault }
    guard let result = operation.results[code] else {
      throw malformed("code is in neither results nor faults")
    }
    return result
  }

  private func finding(
    in answer: JSONAnswer, _ operation: MappedOperation, _ question: ElementQuestion
  ) throws(SourceFault) -> SourceFinding {
    var finding = SourceFinding(try result(of: answer, operation))
    finding.mismatched = finding.result.mismatched
    finding.carrier = fact(operation.carrier, answer)
    if question.carrier != nil, finding.carrier == nil, let carrier = operation.carrier,
      answer.text(carrier.path)?.isEmpty == false
    {
      // It names a carrier that is none of those we know, so not the one that was asked.
      throw malformed("carrier is not one of its values")
    }
    finding.phoneStatus = fact(operation.phoneStatus, answer)
    finding.phoneTime = fact(operation.phoneTime, answer)
    finding.ageRange = fact(operation.ageRange, answer)
    finding.cardKind = fact(operation.cardKind, answer)
    finding.issuer = operation.issuer.flatMap { answer.text($0) }
    // The pool would turn it away, too, without knowing why.
    guard finding.answers(question) else {
      throw malformed("a fact that the result needs is missing or not mapped, or is another's")
    }
    return finding
  }

  /// Says what is wrong, never what was answered.
  private func malformed(_ why: StaticString) -> SourceFault {
    log.warning(
      "an answer of a source is malformed",
      [.source: .operatorText(profile.name), .reason: .name(why)])
    return .malformed
  }

  private func fact<Value>(
    _ fact: MappedOperation.MappedFact<Value>?, _ answer: JSONAnswer
  ) -> Value? {
    guard let fact, let text = answer.text(fact.path) else { return nil }
    return fact.values[text]
  }

  private static func fault(ofStatus status: UInt) -> SourceFault? {
    switch status {
    case 401, 403: .refused
    case 429, 503: .busy
    case 408, 504: .timedOut
    case 500...599: .failed
    default: nil
    }
  }

  // MARK: Set-up

  private static func signer(
    _ settings: HTTPSSourceSettings.Signing
  ) throws(HTTPSSourceError) -> RequestSigner {
    guard !settings.keyId.isEmpty, settings.keyId.utf8.count <= 64,
      settings.keyId.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      throw HTTPSSourceError(description: "signing.keyId must have 1 to 64 printable characters")
    }
    let tolerance = settings.toleranceSeconds ?? 300
    guard (1...3600).contains(tolerance) else {
      throw HTTPSSourceError(description: "signing.toleranceSeconds must be 1 to 3600")
    }
    let secret: SecretBytes
    do throws(SecretFile.Failure) {
      secret = try SecretFile.read(settings.keyFile, bytes: keyBytes)
    } catch {
      throw HTTPSSourceError(description: "signing.keyFile \(error)")
    }
    return RequestSigner(
      keyID: settings.keyId, key: secret.withUnsafeBytes { FingerprintKey($0) },
      toleranceSeconds: Int64(tolerance))
  }

  private static func client(_ settings: HTTPSSourceSettings) throws -> HTTPClient {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    tls.certificateVerification = .fullVerification
    guard FileManager.default.isReadableFile(atPath: settings.authority) else {
      throw HTTPSSourceError(description: "authority cannot be read")
    }
    tls.trustRoots = .file(settings.authority)
    guard (settings.certificate == nil) == (settings.key == nil) else {
      throw HTTPSSourceError(description: "certificate and key go together")
    }
    if let certificate = settings.certificate, let key = settings.key {
      do {
        tls.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate)
          .map { .certificate($0) }
        tls.privateKey = .privateKey(try privateKey(key))
      } catch let failure as SecretFile.Failure {
        throw HTTPSSourceError(description: "key \(failure)")
      } catch {
        throw HTTPSSourceError(description: "certificate or key cannot be read as PEM")
      }
    }
    var configuration = HTTPClient.Configuration()
    configuration.tlsConfiguration = tls
    configuration.redirectConfiguration = .disallow
    configuration.httpVersion = .http1Only
    configuration.decompression = .disabled
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
      settings.connectionsMax ?? 16
    // A dead gateway is a fault at once: whether it is tried again is the pool's decision.
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  /// The key for mutual TLS; what was read of it is wiped.
  private static func privateKey(_ file: String) throws -> NIOSSLPrivateKey {
    var pem = try SecretFile.read(file, bytes: privateKeyBytes).withUnsafeBytes { Array($0) }
    defer { for place in pem.indices { pem[place] = 0 } }
    return try NIOSSLPrivateKey(bytes: pem, format: .pem)
  }

  /// Where a decoder failed, without the value that is there.
  private static func place(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "not JSON" }
    let path =
      switch error {
      case .keyNotFound(let key, let context):
        context.codingPath.map(\.stringValue) + [key.stringValue]
      case .typeMismatch(_, let context), .valueNotFound(_, let context),
        .dataCorrupted(let context):
        context.codingPath.map(\.stringValue)
      @unknown default: [String]()
      }
    return path.isEmpty ? "not JSON" : path.joined(separator: ".")
  }
}
