// Words that the whole server rests on: bytes, deadlines, names and what must never be printed.

import Testing
import Vocabulary

struct BytesTests {
  @Test("slices share memory and keep their owner alive")
  func slices() {
    var bytes: Bytes? = Bytes([1, 2, 3, 4, 5])
    let slice = bytes![1..<4]
    bytes = nil
    #expect(slice.array == [2, 3, 4])
    #expect(slice[2..<2].isEmpty)
    #expect(slice == Bytes([2, 3, 4]))
    #expect(slice != Bytes([2, 3]))
  }

  @Test("joining copies only when there is something to join")
  func joining() {
    #expect(Bytes(joining: []).isEmpty)
    #expect(Bytes(joining: [Bytes([1]), Bytes([]), Bytes([2, 3])]).array == [1, 2, 3])
  }
}

struct RedactionTests {
  @Test("no way of printing shows what is inside")
  func printing() {
    let secret = Redacted("11010519491231002X")
    let bytes = Bytes(Array("11010519491231002X".utf8))
    var dumped = ""
    dump(secret, to: &dumped)
    dump([bytes], to: &dumped)
    let texts = [
      "\(secret)", String(reflecting: secret), "\([secret])", String(describing: Optional(secret)),
      dumped, "\(bytes)", String(reflecting: bytes),
    ]
    for text in texts {
      #expect(!text.contains("1101"))
      #expect(!text.contains("49, 49"))
    }
    secret.reveal { #expect($0 == "11010519491231002X") }
  }
}

struct DeadlineTests {
  @Test("a deadline comes before none, and its own instant counts as passed")
  func order() {
    let now = ContinuousClock.now
    let soon = Deadline.after(.seconds(1), from: now)
    #expect(soon < .never)
    #expect(!(Deadline.never < soon))
    #expect(soon.earlier(of: .never) == soon)
    #expect(!soon.hasPassed(at: now))
    #expect(soon.hasPassed(at: now.advanced(by: .seconds(1))))
    #expect(Deadline.never.remaining(at: now) == nil)
  }
}

struct VerdictTests {
  @Test("PASS and OK are never what zeroed memory says by accident")
  func zero() {
    #expect(Verdict(rawValue: 0) == .unknown)
    #expect(Verdict.pass.rawValue != 0)
    #expect(ReasonCode(rawValue: 0) == nil)
  }
}
