// What is not only counted but told in the log: sources that are left alone, models that fail.

import Inference
import RealName
import TestSupport
import Testing

@testable import ServerApp

struct MetricsLogTests {
  let lines = LogLines()

  @Test("a source that is left alone has one line, and one when it answers again")
  func sources() {
    let metrics = RealNameMetrics(log: lines.log)
    metrics.breaker("gateway-a", .closed)
    #expect(lines.take().isEmpty)
    for state in [Breaker.State.open, .trial, .open, .trial] { metrics.breaker("gateway-a", state) }
    let left = lines.take()
    #expect(left.count == 1 && left[0].hasPrefix("warning a source of real-name checks keeps"))
    #expect(left[0].hasSuffix("[source=gateway-a]"))
    metrics.breaker("gateway-a", .closed)
    metrics.breaker("gateway-a", .closed)
    #expect(lines.take() == ["info a source of real-name checks answers again [source=gateway-a]"])
    metrics.breaker("gateway-a", .open)
    #expect(lines.take().count == 1)
  }

  @Test("a model that fails is told by its role, with what the runtime says")
  func models() {
    let metrics = ServerMetrics(handshakeLog: HandshakeLog(log: lines.log), log: lines.log)
    metrics.modelFailed(.faceDetection, reason: "no memory")
    #expect(lines.take() == ["error a model failed [reason=no memory role=face-detection]"])
  }
}
