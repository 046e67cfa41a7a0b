// idv bench realname: how many checks of name and ID number a second the whole server answers, and how fast.

internal import ArgumentParser
internal import Client
internal import LoadTest
internal import Messages
internal import RPC
internal import Stubs
internal import Synchronization
internal import Vocabulary

struct RealNameBenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "realname",
    abstract: "CheckNameId through a real server over mutual TLS, answered by the sandbox.",
    discussion: """
      A child idv-server with account dev in the sandbox, or the server that --server names; --connections with \
      --in-flight calls each, closed loop, from this process, which shares the machine's cores with the server. Every \
      call is about another person; every answer is looked at, and one that is not a match ends the bench. Limits, \
      lists and signals are on, as in production.
      """)

  @Option(help: "Connections.")
  var connections = 8

  @Option(help: "Calls in progress on each connection.")
  var inFlight = 4

  @Option(help: "Seconds that are measured.")
  var seconds = 5.0

  @Option(help: "Seconds before that.")
  var warmup = 1.0

  @Option(help: "A running server, host:port; its source must know everybody as a match.")
  var server: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    guard connections > 0, inFlight > 0, seconds > 0, warmup >= 0 else {
      throw ValidationError("--connections, --in-flight and --seconds must be positive.")
    }
    do {
      let report = try await measure()
      if json { try printJSON(report) } else { print(report.text) }
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
  }

  private func measure() async throws -> RealNameBenchReport {
    let child =
      server == nil
      ? try BenchChild.server([
        "--set", "realName.sandboxAccounts=dev", "--set", "accounts.concurrentCallsMax=10000",
      ]) : nil
    defer { child?.stop() }
    let options = try ConnectionOptions.parse([
      "--server", server ?? "127.0.0.1:\(child?.port ?? 0)", "--timeout", "30",
    ])
    let clients = try options.makeClients(connections) { $0.limits.connectionsMax = 1 }
    let people = SandboxPeople()
    _ = try await load(clients, people, seconds: warmup)
    let before = child?.cpuMicros ?? 0
    let start = ContinuousClock.now
    let latencies = try await load(clients, people, seconds: seconds)
    let took = start.duration(to: .now).seconds
    let cpu = (child?.cpuMicros ?? 0) - before
    for client in clients { await client.close() }
    return RealNameBenchReport(
      callsPerSecond: Double(latencies.count) / took,
      p50Millis: Double(latencies.percentile(0.5)) / 1e6,
      p99Millis: Double(latencies.percentile(0.99)) / 1e6,
      calls: latencies.count, connections: connections, inFlight: inFlight,
      serverCPUMicrosPerCall: child == nil ? nil : cpu / Double(max(1, latencies.count)),
      serverResidentMB: child.map { Double($0.residentBytes) / 1e6 })
  }

  private func load(
    _ clients: [Client], _ people: SandboxPeople, seconds: Double
  ) async throws -> LatencyHistogram {
    let end = Moment.now + .seconds(seconds)
    return try await withThrowingTaskGroup(of: LatencyHistogram.self) { group in
      for client in clients {
        for _ in 0..<inFlight {
          group.addTask {
            let caller = RealNameClient(client)
            var latencies = LatencyHistogram()
            while true {
              let begun = Moment.now
              guard begun < end else { return latencies }
              let answer = try await caller.checkNameId(people.next())
              guard answer.outcome?.result == .match else { throw WrongAnswer() }
              latencies.record(begun.nanos(to: .now))
            }
          }
        }
      }
      var all = LatencyHistogram()
      for try await one in group { all.merge(one) }
      return all
    }
  }

  private struct WrongAnswer: Error, CustomStringConvertible {
    let description = "an answer was not a match"
  }
}

/// Name and number of one synthetic person after the other; no number comes twice. Safe from any thread.
final class SandboxPeople: Sendable {
  private let last = Atomic<Int>(0)
  private static let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  private static let checks = Array("10X98765432".utf8)
  private static let surnames = Array("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨")
  private static let given = Array("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华")

  func next() -> CheckNameIdRequest {
    let count = last.wrappingAdd(1, ordering: .relaxed).newValue
    return CheckNameIdRequest(name: Self.name(count), idNumber: Self.number(count))
  }

  /// A valid number whose sequence is below 900, where the sandbox knows ordinary people.
  private static func number(_ count: Int) -> String {
    var digits = [UInt8](repeating: 0, count: 18)
    func put(_ value: Int, _ place: Int, _ width: Int) {
      var value = value
      for offset in (0..<width).reversed() {
        digits[place + offset] = UInt8(value % 10) + 0x30
        value /= 10
      }
    }
    // Neighbours differ in region, day and sequence: nothing here is an enumeration.
    let mixed = count &* 7_368_787 & 0x3FFF_FFFF
    put(110_101 + mixed % 800_000, 0, 6)
    put(1950 + mixed / 3 % 55, 6, 4)
    put(1 + mixed / 7 % 12, 10, 2)
    put(1 + mixed / 11 % 28, 12, 2)
    put(count % 900, 14, 3)
    let sum = zip(digits, weights).reduce(0) { $0 + Int($1.0 - 0x30) * $1.1 }
    digits[17] = checks[sum % 11]
    return String(decoding: digits, as: UTF8.self)
  }

  /// Six thousand and some names of three characters; none comes up more often than another.
  private static func name(_ count: Int) -> String {
    let mixed = count &* 2_654_435_761 >> 8
    var name = String(surnames[mixed % surnames.count])
    name.append(given[mixed / 16 % given.count])
    name.append(given[mixed / 400 % given.count])
    return name
  }
}

/// What `idv bench realname` prints.
struct RealNameBenchReport: Encodable {
  /// Aim: at least 15,000 with 8 connections on two cores.
  let callsPerSecond: Double
  let p50Millis: Double
  /// Aim: at most 5.
  let p99Millis: Double
  let calls: Int
  let connections: Int
  let inFlight: Int
  /// Nil for a server that runs already.
  let serverCPUMicrosPerCall: Double?
  let serverResidentMB: Double?

  var text: String {
    var text =
      "\(fixed(callsPerSecond, 0)) checks a second, p50 \(fixed(p50Millis, 2)) ms, "
      + "p99 \(fixed(p99Millis, 2)) ms (\(connections) connections × \(inFlight) in flight)"
    if let serverCPUMicrosPerCall, let serverResidentMB {
      text +=
        "\nserver: \(fixed(serverCPUMicrosPerCall, 1)) µs CPU a call, "
        + "\(fixed(serverResidentMB, 0)) MB resident"
    }
    return text
  }
}
