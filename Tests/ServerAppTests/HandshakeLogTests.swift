// Failed handshakes and refused connections are told of by reason, and a scanner cannot fill the disk.

import Observability
import ServerApp
import TLS
import TestSupport
import Testing
import Transport

struct HandshakeLogTests {
  let lines = LogLines()
  let start = ContinuousClock.now

  @Test("each reason is said once at once, the rest is counted and said later")
  func rateIsBounded() {
    let log = HandshakeLog(log: lines.log)
    for _ in 0..<10_000 {
      log.note(.failed(.notTLS), at: start)
      log.note(.abandoned, at: start)
    }
    #expect(
      lines.take() == [
        "info TLS handshakes failed [count=1 reason=not_tls]",
        "info TLS handshakes failed [count=1 reason=abandoned]",
      ])
    log.flush(at: start + pacedLinesInterval - .seconds(1))
    #expect(lines.take().isEmpty)
    log.flush(at: start + pacedLinesInterval)
    #expect(
      lines.take() == [
        "info TLS handshakes failed [count=9999 reason=abandoned]",
        "info TLS handshakes failed [count=9999 reason=not_tls]",
      ])
    log.flush(at: start + pacedLinesInterval * 3)
    #expect(lines.take().isEmpty)
  }

  @Test("refused connections are told the same way, but for those that come while the server stops")
  func refusals() {
    let log = HandshakeLog(log: lines.log)
    for _ in 0..<1_000 {
      for why in ConnectionRefusal.allCases { log.note(refused: why, at: start) }
    }
    let reasons = ["connections", "handshakes", "memory"]
    #expect(lines.take() == reasons.map { "warning connections refused [count=1 reason=\($0)]" })
    log.flush(at: start + pacedLinesInterval)
    #expect(lines.take() == reasons.map { "warning connections refused [count=999 reason=\($0)]" })
  }

  @Test("a failure after the pause is said together with those before it")
  func laterFailures() {
    let log = HandshakeLog(log: lines.log)
    for seconds in [0, 1, 2, 60, 61] {
      log.note(.failed(.certificateRevoked), at: start + .seconds(seconds))
    }
    #expect(
      lines.take() == [
        "info TLS handshakes failed [count=1 reason=certificate_revoked]",
        "info TLS handshakes failed [count=3 reason=certificate_revoked]",
      ])
  }

  @Test("every reason has a line, and nothing else is in it")
  func reasons() {
    let log = HandshakeLog(log: lines.log)
    for failure in TLSFailure.allCases { log.note(.failed(failure), at: start) }
    log.note(.timedOut, at: start)
    let said = lines.take()
    #expect(said.count == TLSFailure.allCases.count + 1)
    for (line, failure) in zip(said, TLSFailure.allCases) {
      #expect(line == "info TLS handshakes failed [count=1 reason=\(failure.rawValue)]")
    }
  }
}
