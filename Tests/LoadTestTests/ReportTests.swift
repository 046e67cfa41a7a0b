// The report: golden JSON and CSV, a page that stands alone, no secrets.

import Foundation
import LoadTest
import RPC
import Testing
import Vocabulary

struct ReportTests {
  static let overloaded = EndStatus(code: .resourceExhausted, symbol: .overloaded)

  static func tally(_ calls: Int, _ end: EndStatus = .ok, millis: Int64 = 2) -> Tally {
    var tally = Tally()
    for index in 0..<calls {
      var report = CallReport(end)
      (report.messagesSent, report.messagesReceived) = (1, end.isError ? 0 : 1)
      (report.bytesSent, report.bytesReceived) = (1000, end.isError ? 0 : 50)
      let intended = Int64(index) * 1_000_000
      tally.record(
        EndedCall(
          intended: intended, started: intended + 100_000,
          ended: intended + (millis + Int64(index % 3)) * 1_000_000, report: report))
    }
    return tally
  }

  static func report(command: [String] = ["idv", "load"]) throws -> LoadReport {
    var settings = LoadSettings(
      method: MethodName(service: "a.B", method: "<Do>"),
      pace: .open([.constant(10)], .uniform))
    settings.warmUp = 1
    settings.seconds = 2
    settings.failIf = [try Bound("errors>1%")]
    var second = tally(8)
    second.merge(tally(2, overloaded, millis: 1))
    var total = tally(10)
    total.merge(second)
    let result = LoadResult(
      points: [
        LoadPoint(from: -1, to: 0, asked: 10, sent: 0, inFlight: 1, tally: tally(9)),
        LoadPoint(from: 0, to: 1, asked: 10, sent: 10, inFlight: 1, tally: tally(10)),
        LoadPoint(
          from: 1, to: 2, asked: 10, sent: 10, unsent: 1, inFlight: 2, waiting: 3, tally: second),
        LoadPoint(from: 2, to: 3, asked: 0, tally: Tally()),
      ], total: total, sent: 20, unsent: 1, abandoned: 2, seconds: 2, endedInTime: 19,
      reason: .completed, broken: settings.failIf, toolCPUSeconds: 0.5, elapsed: 4)
    return LoadReport(
      result, settings,
      target: LoadTarget(server: "127.0.0.1:7443", profile: "native", rate: "10", payloads: 1),
      site: RunSite(
        date: "2026-01-02T03:04:05Z", version: "0.1.0", commit: "0123456789ab",
        command: CommandText.withoutSecrets(command), processor: "Test", cores: 2,
        memoryBytes: 8_000_000_000, system: "Test OS"))
  }

  /// Compares with a file beside the tests; `UPDATE_GOLDEN=1` writes it anew.
  static func expectGolden(_ text: String, _ name: String) throws {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let file = here.appendingPathComponent("Golden").appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let golden = try String(contentsOf: file, encoding: .utf8)
    #expect(text == golden, "\(name) differs; read it, then UPDATE_GOLDEN=1")
  }

  @Test("JSON, CSV and the summary are what they were")
  func golden() throws {
    let report = try Self.report()
    try Self.expectGolden(try report.json() + "\n", "report.json")
    try Self.expectGolden(report.csv, "report.csv")
    try Self.expectGolden(report.text + "\n", "report.txt")
  }

  @Test("the page stands alone and holds what was measured")
  func page() throws {
    let html = try Self.report().html
    for foreign in ["http://", "https://", "src=", "@import", "url("] {
      #expect(!html.contains(foreign), "\(foreign) in the page")
    }
    for part in [
      "Load test of a.B/&lt;Do&gt;", "✕ errors&gt;1%", "RESOURCE_EXHAUSTED OVERLOADED",
      "prefers-color-scheme:dark", "0123456789ab",
    ] {
      #expect(html.contains(part), "no \(part) in the page")
    }
    #expect(!html.contains("a.B/<Do>"))
    // How a number that is none is written.
    #expect(!html.contains("M–") && !html.contains("L–") && !html.contains("=\"–"))
    #expect(html.components(separatedBy: "<svg class=\"plot\"").count == 6)
  }

  @Test("a test in which nothing happened has a page, too")
  func empty() throws {
    let settings = LoadSettings(
      method: MethodName(service: "a", method: "b"), pace: .closed)
    let result = LoadResult(
      points: [], total: Tally(), sent: 0, unsent: 0, abandoned: 0, seconds: 0, endedInTime: 0,
      reason: .interrupted, broken: [], toolCPUSeconds: 0, elapsed: 0)
    let report = LoadReport(
      result, settings, target: LoadTarget(server: "s", profile: "native", rate: nil, payloads: 1),
      site: try Self.report().site)
    #expect(!report.outcome.passed)
    #expect(report.html.contains("✕ interrupted"))
    #expect(report.text.contains("interrupted"))
    #expect(report.csv.split(separator: "\n").count == 1)
    _ = try report.json()
  }

  @Test("remarks say what a reader must know")
  func remarks() throws {
    let remarks = try Self.report().outcome.remarks
    #expect(remarks.contains { $0.hasPrefix("Calls that were due and never sent: 1,") })
    #expect(
      remarks.contains {
        $0.hasPrefix("Calls without an answer when the grace of 5 s was over: 2;")
      })
  }

  @Test("secrets are in no command line that is shown")
  func secrets() {
    let shown = CommandText.withoutSecrets([
      "idv", "load", "a/b", "--metadata", "authorization: Bearer abc", "--data", #"{"name":"Ann"}"#,
      "--key=secret.pem", "--metadata=x-key:v", "--data", "@file.json", "--fail-if", "p99>5ms",
    ])
    #expect(
      shown == "idv load a/b --metadata 'authorization: …' --data … --key=… --metadata='x-key: …' "
        + "--data @file.json --fail-if 'p99>5ms'")
    for secret in ["abc", "Ann", "secret", "v'"] { #expect(!shown.contains(secret)) }
  }
}
