// What is counted of calls: in a second, on a connection, in the whole test. Tallies add up.

internal import Vocabulary

/// A call that has ended, as the statistics see it. Times are nanoseconds from the start of the test.
package struct EndedCall: Sendable {
  /// When it should have been sent.
  package var intended: Int64
  /// When it was handed to its connection.
  package var started: Int64
  package var ended: Int64
  /// Whether it had to wait because all its connections' streams were in use.
  package var waited: Bool
  package var report: CallReport

  package init(
    intended: Int64, started: Int64, ended: Int64, waited: Bool = false, report: CallReport
  ) {
    self.intended = intended
    self.started = started
    self.ended = ended
    self.waited = waited
    self.report = report
  }
}

/// Counts and latencies of calls that have ended. A value.
package struct Tally: Sendable {
  /// Calls of one way to end.
  package struct End: Sendable {
    package var count = 0
    package var response = LatencyHistogram()
  }

  /// From the intended time to the end, whatever the end was: what a caller would have seen.
  package private(set) var response = LatencyHistogram()
  /// From the hand-over to the connection to the end.
  package private(set) var service = LatencyHistogram()
  /// From the intended time to the hand-over, of calls for which a stream was free: how late this
  /// tool was.
  package private(set) var toolDelay = LatencyHistogram()
  package private(set) var ends: [EndStatus: End] = [:]
  /// Calls that had to wait for a free stream.
  package private(set) var waited = 0
  package private(set) var messagesSent = 0
  package private(set) var messagesReceived = 0
  package private(set) var bytesSent = 0
  package private(set) var bytesReceived = 0

  package init() {}

  package mutating func record(_ call: EndedCall) {
    response.record(call.ended - call.intended)
    service.record(call.ended - call.started)
    if call.waited { waited += 1 } else { toolDelay.record(call.started - call.intended) }
    ends[call.report.end, default: End()].count += 1
    ends[call.report.end]?.response.record(call.ended - call.intended)
    messagesSent += call.report.messagesSent
    messagesReceived += call.report.messagesReceived
    bytesSent += call.report.bytesSent
    bytesReceived += call.report.bytesReceived
  }

  package mutating func merge(_ other: Tally) {
    guard other.ended > 0 else { return }
    response.merge(other.response)
    service.merge(other.service)
    toolDelay.merge(other.toolDelay)
    for (end, calls) in other.ends {
      ends[end, default: End()].count += calls.count
      ends[end]?.response.merge(calls.response)
    }
    waited += other.waited
    messagesSent += other.messagesSent
    messagesReceived += other.messagesReceived
    bytesSent += other.bytesSent
    bytesReceived += other.bytesReceived
  }

  /// Calls that have ended, however.
  package var ended: Int { response.count }

  package var errors: Int { ended - (ends[.ok]?.count ?? 0) }

  /// The share of calls that ended with an error; 0 without calls.
  package var errorShare: Double { ended > 0 ? Double(errors) / Double(ended) : 0 }

  /// Ways to end, most frequent first, OK before all others.
  package var endsByFrequency: [(end: EndStatus, calls: End)] {
    ends.sorted { a, b in
      if a.key.isError != b.key.isError { return !a.key.isError }
      if a.value.count != b.value.count { return a.value.count > b.value.count }
      return (a.key.code.rawValue, a.key.symbol?.rawValue ?? "")
        < (b.key.code.rawValue, b.key.symbol?.rawValue ?? "")
    }.map { ($0.key, $0.value) }
  }
}
