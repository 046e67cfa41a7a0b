// One connection to a PostgreSQL server, waited for no longer than there is time.

internal import CPostgres
internal import Glibc
package import Registry
internal import Vocabulary

/// Owns a libpq connection. Used on one thread.
final class PostgresLink {
  private let connection: OpaquePointer

  /// Connects by `deadline`.
  /// - Parameters:
  ///   - settings: a connection string or URI of libpq. Host names are resolved by libpq, which no deadline ends: give
  ///     `hostaddr` where that matters.
  ///   - statementMillisMax: the server ends a statement that takes longer; 0: never.
  init(
    _ settings: String, statementMillisMax: Int, before deadline: Deadline
  ) throws(RegistryFault) {
    let parameters = try PostgresSettings.parameters(settings, statementMillisMax)
    guard let connection = Self.start(parameters) else {
      throw RegistryFault(.connection, "no memory for a connection")
    }
    self.connection = connection
    guard PQstatus(connection) != CONNECTION_BAD else { throw refused() }
    var wants = POLLOUT
    while true {
      try wait(wants, deadline)
      switch PQconnectPoll(connection) {
      case PGRES_POLLING_OK:
        guard PQsetnonblocking(connection, 1) == 0 else { throw refused() }
        return
      case PGRES_POLLING_READING: wants = POLLIN
      case PGRES_POLLING_WRITING: wants = POLLOUT
      default: throw refused()
      }
    }
  }

  deinit { PQfinish(connection) }

  /// Whether it may be asked: nothing is under way and nothing was broken off.
  var isUsable: Bool {
    PQstatus(connection) == CONNECTION_OK && PQtransactionStatus(connection) != PQTRANS_ACTIVE
  }

  private static func start(_ parameters: [(String, String)]) -> OpaquePointer? {
    let keywords = parameters.map { strdup($0.0) }
    let values = parameters.map { strdup($0.1) }
    defer { for text in keywords + values { free(text) } }
    let words = keywords.map { UnsafePointer<CChar>($0) } + [nil]
    let texts = values.map { UnsafePointer<CChar>($0) } + [nil]
    // The first value is a connection string; later ones win.
    return PQconnectStartParams(words, texts, 1)
  }

  /// Why it did not come about, for operators: libpq's first line names host, port and user.
  private func refused() -> RegistryFault {
    let message = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
    return RegistryFault(.connection, String(message.prefix { $0 != "\n" }.prefix(200)))
  }

  private func wait(_ events: Int32, _ deadline: Deadline) throws(RegistryFault) {
    while true {
      let left = deadline.remaining()
      guard left.map({ $0 > .zero }) ?? true else {
        throw RegistryFault(.deadline, "no answer within the time there was")
      }
      var waiting = pollfd(fd: PQsocket(connection), events: Int16(events), revents: 0)
      let count = poll(&waiting, 1, left.map { Self.millis($0) } ?? -1)
      if count > 0 { return }
      if count < 0 && errno != EINTR {
        throw RegistryFault(.connection, "waiting for the server failed")
      }
    }
  }

  /// Rounded up, so that a wait does not end just before what it waits for.
  private static func millis(_ duration: Duration) -> Int32 {
    let (seconds, attoseconds) = duration.components
    return Int32(clamping: min(seconds, 3600) * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
  }

  /// Runs commands without an answer of interest.
  func run(_ sql: String, before deadline: Deadline = .never) throws(RegistryFault) {
    guard PQsendQuery(connection, sql) == 1 else { throw refused() }
    try finish(deadline) { (_) throws(RegistryFault) in }
  }

  func prepare(_ name: String, _ sql: String, before deadline: Deadline) throws(RegistryFault) {
    guard PQsendPrepare(connection, name, sql, 0, nil) == 1 else { throw refused() }
    try finish(deadline) { (_) throws(RegistryFault) in }
  }

  /// Runs a prepared statement with one parameter of bytes; `take` is lent each answer, in binary.
  func ask(
    _ name: String, _ parameter: UnsafeRawBufferPointer, before deadline: Deadline,
    _ take: (borrowing PostgresAnswer) throws(RegistryFault) -> Void
  ) throws(RegistryFault) {
    // No bytes are no NULL.
    let none: StaticString = ""
    let bytes = parameter.baseAddress ?? UnsafeRawPointer(none.utf8Start)
    var (value, length, format): (UnsafePointer<CChar>?, Int32, Int32) = (
      bytes.assumingMemoryBound(to: CChar.self), Int32(parameter.count), 1
    )
    guard PQsendQueryPrepared(connection, name, 1, &value, &length, &format, 1) == 1 else {
      throw refused()
    }
    try finish(deadline, take)
  }

  /// Everything that comes until the server is ready again.
  private func finish(
    _ deadline: Deadline, _ take: (borrowing PostgresAnswer) throws(RegistryFault) -> Void
  ) throws(RegistryFault) {
    var fault: RegistryFault?
    while true {
      try send(deadline)
      while PQisBusy(connection) == 1 {
        try wait(POLLIN, deadline)
        guard PQconsumeInput(connection) == 1 else { throw refused() }
      }
      guard let answer = PostgresAnswer(taking: PQgetResult(connection)) else { break }
      do throws(RegistryFault) {
        try answer.check()
        if fault == nil { try take(answer) }
      } catch {
        if fault == nil { fault = error }
      }
      if answer.isCopying { break }
    }
    if let fault { throw fault }
  }

  private func send(_ deadline: Deadline) throws(RegistryFault) {
    while true {
      switch PQflush(connection) {
      case 0: return
      case 1: try wait(POLLOUT, deadline)
      default: throw refused()
      }
    }
  }

  /// After `COPY … FROM STDIN`: more of the data.
  func copy(_ bytes: [UInt8]) throws(RegistryFault) {
    while true {
      let sent = bytes.withUnsafeBytes {
        PQputCopyData(connection, $0.bindMemory(to: CChar.self).baseAddress, Int32($0.count))
      }
      if sent == 1 { return try send(.never) }
      guard sent == 0 else { throw refused() }
      try wait(POLLOUT, .never)
    }
  }

  func endCopy() throws(RegistryFault) {
    while true {
      let sent = PQputCopyEnd(connection, nil)
      if sent == 1 { break }
      guard sent == 0 else { throw refused() }
      try wait(POLLOUT, .never)
    }
    try finish(.never) { (_) throws(RegistryFault) in }
  }
}

/// What a connection is made with.
package enum PostgresSettings {
  /// The keywords to connect with. Over a network TLS with the server's name is the default: `sslmode` says otherwise.
  /// - Parameter variable: of the environment, which libpq asks for what the string leaves out.
  package static func parameters(
    _ settings: String, _ statementMillisMax: Int,
    variable: (String) -> String? = { getenv($0).map { String(cString: $0) } }
  ) throws(RegistryFault) -> [(String, String)] {
    guard let parsed = PQconninfoParse(settings, nil) else {
      throw RegistryFault(.connection, "the connection string is none of libpq's")
    }
    defer { PQconninfoFree(parsed) }
    let given = { (keyword: String) in cpostgres_option(parsed, keyword).map { String(cString: $0) }
    }
    var parameters: [(String, String)] = [("dbname", settings)]
    let isLocal = isLocal { given($0) ?? variable($1) }
    if !isLocal && given("sslmode") == nil { parameters.append(("sslmode", "verify-full")) }
    if given("application_name") == nil { parameters.append(("application_name", "idv")) }
    if given("tcp_user_timeout") == nil { parameters.append(("tcp_user_timeout", "5000")) }
    if given("options") == nil, statementMillisMax > 0 {
      parameters.append(("options", "-c statement_timeout=\(statementMillisMax)"))
    }
    return parameters
  }

  /// Whether the server is on this machine for certain, wherever libpq goes: it tries all hosts of a list.
  /// - Parameter setting: a setting by its keyword and the variable that stands for it.
  private static func isLocal(_ setting: (String, String) -> String?) -> Bool {
    // A service is a section of a file that may name any host.
    guard setting("service", "PGSERVICE") == nil else { return false }
    let lists = [setting("host", "PGHOST"), setting("hostaddr", "PGHOSTADDR")]
    return lists.compactMap { $0 }.allSatisfy { list in
      list.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { host in
        // Sockets, those without a file among them; none at all is libpq's own socket.
        host.isEmpty || host.hasPrefix("/") || host.hasPrefix("@")
          || ["localhost", "127.0.0.1", "::1"].contains(host)
      }
    }
  }
}

/// One result of the server. Freed with the value.
struct PostgresAnswer: ~Copyable {
  private let result: OpaquePointer

  init?(taking result: OpaquePointer?) {
    guard let result else { return nil }
    self.result = result
  }

  deinit { PQclear(result) }

  var isCopying: Bool { PQresultStatus(result) == PGRES_COPY_IN }

  var rows: Int { Int(PQntuples(result)) }

  /// The bytes of a field, lent; nil for NULL.
  func withField<R, E: Error>(
    _ row: Int, _ column: Int, _ body: (UnsafeRawBufferPointer?) throws(E) -> R
  ) throws(E) -> R {
    guard PQgetisnull(result, Int32(row), Int32(column)) == 0 else { return try body(nil) }
    let count = Int(PQgetlength(result, Int32(row), Int32(column)))
    return try body(
      UnsafeRawBufferPointer(start: PQgetvalue(result, Int32(row), Int32(column)), count: count))
  }

  /// What the server says against it. Its message is left out: it may quote values.
  func check() throws(RegistryFault) {
    switch PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_COPY_IN, PGRES_EMPTY_QUERY: return
    default: break
    }
    let state =
      PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) } ?? ""
    let code = "SQLSTATE \(state)"
    switch state {
    case "57014": throw RegistryFault(.deadline, "the server ended a statement (\(code))")
    case "55P03": throw RegistryFault(.locked, "the registry's tables are locked (\(code))")
    case "42P01", "42703", "3F000":
      throw RegistryFault(.notARegistry, "the database has not the tables of a registry (\(code))")
    case "42501":
      throw RegistryFault(.refused, "the database refuses us the registry's tables (\(code))")
    case "XX001", "XX002": throw RegistryFault(.corrupt, "the database is damaged (\(code))")
    case _ where state.hasPrefix("28") || state.hasPrefix("57") || state.hasPrefix("08"):
      throw RegistryFault(.connection, "the server broke off (\(code))")
    default: throw RegistryFault(.inputOutput, "a statement failed (\(code))")
    }
  }
}
