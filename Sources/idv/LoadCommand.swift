// idv load: a load test of one method, and how its command line is read.

internal import ArgumentParser
internal import Client
internal import Dispatch
internal import FoundationEssentials
internal import Glibc
internal import LoadTest
internal import Messages
internal import RPC
internal import Vocabulary

struct LoadCommand: AsyncParsableCommand {
  /// Exit status for wrong usage.
  static let usageStatus: Int32 = 2

  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Load-tests one method and reports latencies, throughput and errors.",
    discussion: """
      Open loop (--rate): calls come at their own times whatever the server does, and latency counts from \
      the time at which a call was due, so a stall shows up in full.
        idv load idv.v1.Basic/DetectFaces --data @request.json --rate 20
        … --rate 20 --duration 1m --warmup 5s
        … --rate 10..40/60s            a ramp over a minute
        … --rate 10,20,40/15s          three steps of 15 seconds
        … --rate 10..40+10/15s         four steps: 10, 20, 30, 40
        … --rate 20 --spacing poisson  at random, as independent callers come

      Closed loop (--concurrency): so many calls at a time, each sent when the last one has ended. It finds \
      the highest throughput, but a slow server is asked less, so its latencies look too good.
        … --concurrency 8 --count 1000

      Payloads: --data and --data-file are proto JSON, bytes fields base64 or "@FILE"; --data-file and --raw \
      take a file, a folder or (JSON) a .jsonl file, used in turn. Filled in for each call: {{seq}}, \
      {{message}}, {{uuid}}, {{random:8}} and {{pick:FILE}}, a line of a file; also in --metadata.
        … --data '{"header":{"clientRequestId":"t-{{seq}}"}}'
        … --data-file requests.jsonl --metadata 'x-trace: {{uuid}}'
        … --messages 50 --message-interval 20ms   calls that stream requests

      Ending: --stop-if ends the test early, --fail-if judges it at its end; both may be repeated.
        … --stop-if 'p99>2s' --stop-if 'errors>100'
        … --fail-if 'p99>50ms' --fail-if 'errors>0.1%' --fail-if 'rate<95%'
      Ctrl-C stops sending, waits for what is in flight and prints the report; twice, it ends at once.

      Exit status: 0 fine, 1 a bound was broken, the server was gone or the test was interrupted, 2 wrong \
      usage.
      """)

  @Argument(help: ArgumentHelp("Service and method.", valueName: "service/method"))
  var method: String

  @OptionGroup(title: "Load") var load: LoadOptions
  @OptionGroup(title: "Payload") var payload: LoadPayloadOptions
  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  @Flag(help: "Print the report as JSON.")
  var json = false

  @Option(help: ArgumentHelp("Write the time series to this CSV file.", valueName: "file"))
  var csv: String?

  @Option(help: ArgumentHelp("Write a report with plots to this HTML file.", valueName: "file"))
  var html: String?

  @Flag(help: "Show no progress.")
  var quiet = false

  func run() async throws {
    let target = try payload.target(method)
    let settings = try settings(target)
    let payloads = try usage { try payload.source(target, seed: load.seed) }
    for file in [csv, html].compactMap({ $0 }) { try write("", to: file) }
    let clients = try connection.makeClients(settings.connections) {
      $0.limits.connectionsMax = 1
      $0.limits.waitingMax = max(1, settings.streams)
    }
    let encoding = connection.encoding.encoding
    let drivers = clients.map { client in
      CallerDriver(client, encoding: encoding) { await client.close() }
    }
    let run = LoadRun(
      settings, drivers: drivers, payloads: payloads,
      observer: quiet ? nil : LoadProgress(settings))
    let signal = InterruptSignal { run.interrupt() }
    let result: LoadResult
    do throws(ServiceError) {
      result = try await run.run()
    } catch {
      note(describe(error))
      throw ExitCode(1)
    }
    signal.end()
    let report = LoadReport(
      result, settings,
      target: LoadTarget(
        server: connection.server, profile: connection.profile.rawValue, rate: load.rate,
        payloads: payloads.count),
      site: .here(version: ToolVersion.text, arguments: ["idv"] + CommandLine.arguments.dropFirst())
    )
    if let csv { try write(report.csv, to: csv) }
    if let html { try write(report.html, to: html) }
    print(json ? try report.json() : report.text)
    await close(drivers)
    if !report.outcome.passed { throw ExitCode(1) }
  }

  private func settings(_ target: LoadMethod) throws -> LoadSettings {
    var settings = LoadSettings(method: target.name, pace: .closed)
    settings.kind = target.kind
    try load.fill(&settings)
    settings.messagesPerCall = try payload.messageCount(target.kind)
    settings.messageInterval = payload.messageInterval.seconds
    settings.metadata = try usage { try payload.metadataTemplates() }
    settings.timeout = connection.timeout
    return settings
  }

  private func write(_ text: String, to path: String) throws {
    do {
      try Data(text.utf8).write(to: URL(filePath: path))
    } catch {
      throw ValidationError("Cannot write \(path).")
    }
  }

  private func close(_ drivers: [CallerDriver]) async {
    await withTaskGroup(of: Void.self) { group in
      for driver in drivers { group.addTask { await driver.close() } }
    }
  }
}

/// Turns what was misread into wrong usage.
func usage<R>(_ body: () throws -> R) throws -> R {
  do {
    return try body()
  } catch let error as UsageError {
    throw ValidationError(error.description)
  }
}

/// Ctrl-C, once; the second one ends the process as usual.
private final class InterruptSignal {
  private let source: any DispatchSourceSignal

  init(_ action: @escaping @Sendable () -> Void) {
    source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    signal(SIGINT, SIG_IGN)
    source.setEventHandler {
      signal(SIGINT, SIG_DFL)
      action()
    }
    source.resume()
  }

  func end() {
    source.cancel()
    signal(SIGINT, SIG_DFL)
  }
}
