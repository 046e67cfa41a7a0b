// How every command that talks to a server finds it and proves who it is.

internal import ArgumentParser
internal import Client
internal import FoundationEssentials
internal import Messages
internal import RPC
internal import TLS
internal import Vocabulary
internal import Wire

struct ConnectionOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where the server listens.", valueName: "host:port"))
  var server = "127.0.0.1:7443"

  @Option(help: "PEM file of the authority that signed the server's certificate.")
  var ca = "Certs/dev/ca.crt"

  @Option(help: "PEM file of the client certificate; it names the account.")
  var cert = "Certs/dev/client.crt"

  @Option(help: "PEM file of the client certificate's key.")
  var key = "Certs/dev/client.key"

  @Option(help: "Protocol: native (idv/1) or compat (ttrpc/1.2).")
  var profile = ProfileOption.native

  @Option(help: "Compress messages, where the server takes it: identity, gzip or zstd.")
  var encoding = EncodingOption.identity

  @Option(help: "Seconds to wait for an answer.")
  var timeout = 30.0

  enum ProfileOption: String, ExpressibleByArgument, CaseIterable {
    case native
    case compat

    var profile: Profile {
      switch self {
      case .native: .native
      case .compat: .compat
      }
    }
  }

  enum EncodingOption: String, ExpressibleByArgument, CaseIterable {
    case identity, gzip, zstd

    var encoding: MessageEncoding {
      switch self {
      case .identity: .identity
      case .gzip: .gzip
      case .zstd: .zstd
      }
    }
  }

  /// Opens a client, lends it to `body`, closes it. A server's error is printed with its detail and ends the
  /// command with status 1.
  func withCaller<R>(
    _ body: (any Caller, CallOptions) async throws -> R
  ) async throws -> R {
    let client = try makeClient()
    do {
      let result = try await body(
        client, CallOptions(deadline: deadline, encoding: encoding.encoding))
      await client.close()
      return result
    } catch let error as ServiceError {
      await client.close()
      note(describe(error))
      throw ExitCode(1)
    } catch let error as SchemaError {
      await client.close()
      note("idv: \(error)")
      throw ExitCode(1)
    } catch {
      await client.close()
      throw error
    }
  }

  /// When to give up, from now.
  var deadline: Deadline { .after(.milliseconds(Int64(timeout * 1000))) }

  /// A client of the server that these options name.
  func makeClient() throws -> Client { try makeClients(1)[0] }

  /// Several clients of that server; `adjust` changes the settings of all.
  func makeClients(
    _ count: Int, _ adjust: (inout ClientSettings) -> Void = { _ in }
  ) throws -> [Client] {
    guard let colon = server.lastIndex(of: ":"),
      let port = Int(server[server.index(after: colon)...]), (1...65_535).contains(port)
    else { throw ValidationError("--server takes host:port.") }
    guard timeout > 0, timeout <= 86_400 else {
      throw ValidationError("--timeout takes seconds, up to 86400.")
    }
    let host = String(server[..<colon]).trimming("[]")
    let tls = TLSClientSettings(
      authorityFile: ca, certificateChainFile: cert, privateKeyFile: key,
      applicationProtocols: [profile.profile.alpn])
    var settings = ClientSettings(host: host, port: port)
    settings.profile = profile.profile
    adjust(&settings)
    do {
      let context = try TLSContext(client: tls)
      return (0..<count).map { _ in Client(settings, tls: context) }
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
  }
}

/// A call's error for the person at the terminal.
func describe(_ error: ServiceError) -> String {
  let detail = error.detail
  var text = "idv: \(error.code.name): \(plain(error.message))\n  \(detail.symbol.rawValue)"
  if !detail.field.isEmpty { text += ", field \(plain(detail.field))" }
  if !detail.limit.isEmpty { text += ", limit \(plain(detail.limit))" }
  if detail.retryable { text += ", may be retried" }
  if detail.retryAfterMillis > 0 { text += " after \(detail.retryAfterMillis) ms" }
  let advice = Messages.NextAction(rawValue: detail.advice.rawValue)
  if advice != .none { text += ", advice \(advice.wireName)" }
  if let id = detail.requestID { text += ", request \(id)" }
  return text
}

extension String {
  fileprivate func trimming(_ characters: String) -> String {
    var text = self[...]
    while let first = text.first, characters.contains(first) { text = text.dropFirst() }
    while let last = text.last, characters.contains(last) { text = text.dropLast() }
    return String(text)
  }
}

/// The bytes of a file, or a command's end with a clear line.
func readFile(_ path: String) throws -> Bytes {
  do {
    return Bytes(try Data(contentsOf: URL(filePath: path)))
  } catch {
    note("idv: cannot read \(path)")
    throw ExitCode(1)
  }
}
