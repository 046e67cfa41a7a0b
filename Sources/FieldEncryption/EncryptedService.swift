// The one step through which every method takes encrypted fields: around the generated routes, before they decode.

package import Messages
package import RPC
internal import Vocabulary

/// A service whose methods take their personal fields encrypted or not. What is decrypted goes the way of everything
/// else: through the scan, the limits and the checks of the handler, which knows nothing of it.
///
/// A request without encryption pays for one look at its header. Methods that have no header, or no personal fields in
/// request and answer, are left as they are; those with streams take no encrypted fields.
package struct EncryptedService: Service {
  private let base: any Service
  private let desk: EncryptionDesk
  private let types: Messages.ServiceDescriptor

  /// - Parameter types: of the same service.
  package init(_ base: any Service, _ types: Messages.ServiceDescriptor, desk: EncryptionDesk) {
    precondition(types.name == base.serviceName, "the types of another service")
    self.base = base
    self.desk = desk
    self.types = types
  }

  package var serviceName: String { base.serviceName }

  package var methods: [ServiceMethod] {
    base.methods.map { method in
      guard let types = types.method(method.name.method) else { return method }
      let step = EncryptionStep(types, method.descriptor, desk)
      guard step.hasHeader || step.holdsPersonalFields else { return method }
      return method.wrapped { handle in
        { (bytes, call) async throws(ServiceError) -> [Bytes] in
          try await step.answer(bytes, call, handle)
        }
      }
    }
  }
}

/// The step for one method.
private struct EncryptionStep: Sendable {
  private let desk: EncryptionDesk
  private let input: MessageDescriptor
  private let output: MessageDescriptor
  private let inputTypes: SensitiveTypes
  private let outputTypes: SensitiveTypes
  private let limits: DecodingLimits
  private let kind: MethodKind
  /// Whether the request has a header that may tell of encryption.
  let hasHeader: Bool

  init(
    _ types: Messages.MethodDescriptor, _ method: RPC.MethodDescriptor, _ desk: EncryptionDesk
  ) {
    self.desk = desk
    input = types.input()
    output = types.output()
    inputTypes = SensitiveTypes(input)
    outputTypes = SensitiveTypes(output)
    limits = DecodingLimits(
      messageBytesMax: method.requestBytesMax ?? EncryptionLimits.messageBytesMax)
    kind = method.kind
    if case .message(let header)? = input.field(Direction.headerNumber)?.kind {
      hasHeader = header() === RequestHeader.descriptor
    } else {
      hasHeader = false
    }
  }

  var holdsPersonalFields: Bool { inputTypes.isAny || outputTypes.isAny }

  func answer(
    _ bytes: Bytes, _ call: CallContext, _ handle: ServiceMethod.Handler
  ) async throws(ServiceError) -> [Bytes] {
    let seen = hasHeader ? HeaderSight(bytes) : HeaderSight()
    guard seen.encryption != nil || desk.terms.requiresAny else {
      return try await handle(bytes, call)
    }
    return try await consider(seen, bytes, call, handle)
  }

  private func consider(
    _ seen: HeaderSight, _ bytes: Bytes, _ call: CallContext, _ handle: ServiceMethod.Handler
  ) async throws(ServiceError) -> [Bytes] {
    let isRequired = holdsPersonalFields && isRequired(seen.scene, call.account.id)
    guard kind == .unary else {
      // What streams bring is not read here.
      if seen.encryption != nil || isRequired { throw .encryptionUnsupported }
      return try await handle(bytes, call)
    }
    if isRequired { try refusePlaintext(bytes) }
    guard let envelope = seen.encryption else {
      if isRequired { throw .encryptionRequired("") }
      return try await handle(bytes, call)
    }
    try scan(bytes)
    let opened = try await desk.open(
      bytes, try decoded(envelope), input, method: call.method.description,
      account: call.account.id, before: call.deadline)
    let answer = try await handle(opened.request, call)
    return try await desk.seal(answer, to: opened, output, outputTypes)
  }

  private func isRequired(_ scene: String, _ account: AccountID) -> Bool {
    desk.terms.requiredAccounts.contains(account) || desk.terms.requiredScenes.contains(scene)
  }

  private func refusePlaintext(_ bytes: Bytes) throws(ServiceError) {
    try scan(bytes)
    let first = bytes.withUnsafeBytes { wire in
      var extraction = FieldExtraction(wire, inputTypes)
      _ = extraction.remainder(input)
      return extraction.taken.first { !$0.content.isEmpty }?.path
    }
    if let first { throw .encryptionRequired(first) }
  }

  /// The same checks as before decoding, because what follows relies on them.
  private func scan(_ bytes: Bytes) throws(ServiceError) {
    do throws(Messages.DecodingError) {
      try input.check(bytes, limits)
    } catch {
      throw ServiceError(unreadable: error)
    }
  }

  private func decoded(_ envelope: Bytes) throws(ServiceError) -> Encryption {
    do throws(Messages.DecodingError) {
      return try Encryption(decoding: envelope, limits: limits)
    } catch {
      throw ServiceError(unreadable: error)
    }
  }
}

/// What a request's header says that matters here. Reads no more than it must; what it cannot read is for the scan to
/// refuse.
struct HeaderSight {
  private(set) var encryption: Bytes?
  /// `default` if none is named.
  private(set) var scene = Self.defaultScene

  private static let defaultScene = "default"
  private static let sceneNumber: Int32 = 2

  init() {}

  init(_ bytes: Bytes) {
    let places = bytes.withUnsafeBytes { wire -> (encryption: Range<Int>?, scene: String) in
      var fields = WireFields(wire, wire.indices)
      while let field = fields.next() {
        guard field.number == Direction.headerNumber, field.wireType == 2 else { continue }
        return Self.look(wire, field.content)
      }
      return (nil, Self.defaultScene)
    }
    encryption = places.encryption.map { bytes[$0] }
    scene = places.scene
  }

  private static func look(
    _ wire: UnsafeRawBufferPointer, _ header: Range<Int>
  ) -> (encryption: Range<Int>?, scene: String) {
    var result: (encryption: Range<Int>?, scene: String) = (nil, defaultScene)
    var fields = WireFields(wire, header)
    while let field = fields.next() {
      if field.number == Direction.request.number, field.wireType == 2 {
        result.encryption = field.content
      } else if field.number == sceneNumber, field.wireType == 2 {
        // The last one counts, as in decoding.
        result.scene =
          field.content.isEmpty
          ? defaultScene : String(decoding: wire[field.content], as: UTF8.self)
      }
    }
    return result
  }
}

extension ServiceError {
  /// What a caller is told about a request that could not be decoded; as of other requests.
  fileprivate init(unreadable error: Messages.DecodingError) {
    let isTooLarge = error.symbol == .payloadTooLarge
    self.init(
      isTooLarge ? .resourceExhausted : .invalidArgument, error.message,
      ErrorDetail(error.symbol, field: error.field, limit: error.limit, advice: .correctInput))
  }
}
