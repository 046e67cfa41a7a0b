// What a server says about itself, asked by reflection and believed within bounds.

package import Messages
package import RPC
internal import Stubs
internal import Vocabulary

/// The server does not serve reflection.
package struct ReflectionAbsent: Error, Sendable {
  package init() {}
}

/// Asks a server for its descriptors. A value; each question opens one call. The server is not trusted: answers are
/// bounded by `SchemaLimits`, names are checked, and a server that keeps talking ends with the deadline.
package struct RemoteSchema: Sendable {
  private let caller: any Caller
  private let options: CallOptions

  /// - Parameter options: of every call; their deadline bounds each question as a whole.
  package init(_ caller: any Caller, options: CallOptions = .standard) {
    self.caller = caller
    self.options = options
  }

  /// Full names of the services.
  /// - Throws: `ReflectionAbsent`, `SchemaError` for an answer that is none, `ServiceError` when the call fails.
  package func services() async throws -> [String] {
    try await ask { session in
      guard case .listServicesResponse(let list) = try await session.answer(to: .listServices(""))
      else {
        throw ReflectionSession.wrongAnswer
      }
      guard list.service.count <= SchemaLimits.servicesMax,
        list.service.allSatisfy({ SchemaFile.isFullName($0.name) })
      else { throw SchemaError("The server's list of services has names that are none.") }
      return list.service.map(\.name)
    }
  }

  /// The files that declare `symbols`, and all they import.
  /// - Throws: as `services`; `SchemaError` also when a symbol is not declared, or the files do not fit together.
  package func schema(containing symbols: [String]) async throws -> DynamicSchema {
    let files = try await ask { session in
      for symbol in symbols { try await session.fetch(.fileContainingSymbol(symbol), wanted: nil) }
      while let name = session.missing {
        try await session.fetch(.fileByFilename(name), wanted: name)
      }
      return session.files
    }
    return try DynamicSchema(files)
  }

  private func ask<Answer>(
    _ body: (inout ReflectionSession) async throws -> Answer
  ) async throws -> Answer {
    do {
      let call = try await ServerReflectionClient(caller, limits: SchemaLimits.decoding)
        .serverReflectionInfo(options: options)
      var session = ReflectionSession(call)
      defer { call.cancel() }
      let answer = try await body(&session)
      call.closeSend()
      // The call ends well if the server lets it: its answers are complete either way.
      _ = try? await call.responses.next()
      return answer
    } catch let error as ServiceError where error.code == .unimplemented {
      throw ReflectionAbsent()
    }
  }
}

/// One reflection call and what it has brought.
private struct ReflectionSession {
  private let call: BidiCall<ServerReflectionRequest, ServerReflectionResponse>
  private(set) var files: [SchemaFile] = []
  private var names: Set<String> = []
  /// Imports that no answer has held yet.
  private var open: [String] = []
  private var bytes = 0

  static let wrongAnswer = SchemaError(
    "The server answered another question than the one it was asked.")

  init(_ call: BidiCall<ServerReflectionRequest, ServerReflectionResponse>) { self.call = call }

  /// The next file to ask for.
  var missing: String? {
    mutating get {
      while let name = open.last, names.contains(name) { open.removeLast() }
      return open.last
    }
  }

  func answer(
    to question: ServerReflectionRequest.MessageRequest
  ) async throws -> ServerReflectionResponse.MessageResponse {
    var request = ServerReflectionRequest()
    request.messageRequest = question
    do {
      try await call.send(request)
    } catch {
      // Why the call is over is said where answers come from.
      if let response = try await call.responses.next(), let answer = response.messageResponse {
        return answer
      }
      throw error
    }
    guard let answer = try await call.responses.next()?.messageResponse else {
      throw Self.wrongAnswer
    }
    return answer
  }

  /// Asks for files. `wanted` must be among them, or must have come before.
  mutating func fetch(
    _ question: ServerReflectionRequest.MessageRequest, wanted: String?
  ) async throws {
    switch try await answer(to: question) {
    case .fileDescriptorResponse(let response):
      for file in response.fileDescriptorProto { try take(file) }
      guard wanted.map(names.contains) ?? true else {
        throw SchemaError("The server was asked for the file \(wanted ?? "") and sent another one.")
      }
    case .errorResponse(let error):
      let what = wanted.map { "the file \($0), which is imported" } ?? Self.symbol(question)
      let why =
        error.errorCode == Int32(StatusCode.notFound.rawValue)
        ? "it has none of that name" : "it answers with error \(error.errorCode)"
      throw SchemaError("The server does not describe \(what): \(why).")
    default: throw Self.wrongAnswer
    }
  }

  private static func symbol(_ question: ServerReflectionRequest.MessageRequest) -> String {
    if case .fileContainingSymbol(let symbol) = question { symbol } else { "this" }
  }

  private mutating func take(_ file: Bytes) throws {
    bytes += file.count
    guard bytes <= SchemaLimits.bytesMax else {
      throw SchemaError("The server's files have more than \(SchemaLimits.bytesMax) bytes.")
    }
    let read = try SchemaFile(file: file)
    guard names.insert(read.name).inserted else { return }
    files.append(read)
    guard files.count <= SchemaLimits.filesMax else {
      throw SchemaError("The server has more than \(SchemaLimits.filesMax) files.")
    }
    open += read.dependency.reversed()
  }
}
