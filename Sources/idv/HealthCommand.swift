// idv health: whether a server, or one service of it, takes calls. Made for probes of containers.

internal import ArgumentParser
internal import Client
internal import Messages
internal import RPC
internal import Stubs
internal import Vocabulary

struct HealthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: "Asks whether a server, or one service of it, takes calls.",
    discussion: """
      Prints SERVING, NOT_SERVING or SERVICE_UNKNOWN. Exit status: 0 serving, 1 not serving or no such \
      service, 2 no answer. Any client certificate that the server's authority signed will do.
      """)

  @Argument(help: "Full name of a service; without one, the server as a whole.")
  var service = ""

  @Flag(help: "Print every change until the server goes (status 2) or the command is stopped.")
  var watch = false

  @OptionGroup var connection: ConnectionOptions

  /// The longest deadline a server honours; a watch is opened again when it has passed.
  private static let watchFor = Duration.seconds(600)

  private enum Exit {
    static let notServing = ExitCode(1)
    static let noAnswer = ExitCode(2)
  }

  func run() async throws {
    let client: Client
    do {
      client = try connection.makeClient()
    } catch is ExitCode {
      throw Exit.noAnswer
    }
    var outcome = Exit.noAnswer
    do throws(ServiceError) {
      outcome = try await watch ? follow(client) : check(client)
    } catch {
      note(describe(error))
    }
    await client.close()
    throw outcome
  }

  private func check(_ client: Client) async throws(ServiceError) -> ExitCode {
    let options = CallOptions(deadline: connection.deadline)
    do throws(ServiceError) {
      let answer = try await HealthClient(client).check(
        HealthCheckRequest(service: service), options: options)
      print(answer.status.wireName)
      return answer.status == .serving ? .success : Exit.notServing
    } catch {
      guard error.code == .notFound else { throw error }
      print(HealthCheckResponse.ServingStatus.serviceUnknown.wireName)
      return Exit.notServing
    }
  }

  private func follow(_ client: Client) async throws(ServiceError) -> ExitCode {
    var last: HealthCheckResponse.ServingStatus?
    while true {
      do throws(ServiceError) {
        let news = try await HealthClient(client).watch(
          HealthCheckRequest(service: service),
          options: CallOptions(deadline: .after(Self.watchFor)))
        while let answer = try await news.next() {
          if answer.status != last { printAtOnce(answer.status.wireName) }
          last = answer.status
        }
        return Exit.noAnswer
      } catch {
        guard error.code == .deadlineExceeded else { throw error }
      }
    }
  }
}
