// Answers of a gateway that are broken in every way a seeded generator finds: read or refused, never a trap.

import Foundation
import RealName
import Testing
import Vocabulary

@testable import RealNameHTTP

@Suite("Answers, damaged")
struct AnswerFuzzTests {
  private struct Numbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 29
    }
  }

  private static let honest = Array(
    #"{"data":{"code":"0","serial":"n1","n":7,"t":true,"list":[1,{"code":"9"}],"no":null}}"#.utf8)

  @Test("the honest one is read, by path and by type")
  func honest() throws {
    let answer = try #require(JSONAnswer(Self.honest))
    #expect(answer.text(["data", "code"]) == "0")
    #expect(answer.text(["data", "n"]) == "7")
    #expect(answer.text(["data", "t"]) == "true")
    for path in [
      ["data"], ["data", "list"], ["data", "no"], ["code"], ["data", "code", "x"], [],
    ] {
      #expect(answer.text(path) == nil)
    }
  }

  @Test("cut anywhere, it is no answer")
  func cut() {
    for count in 0..<Self.honest.count {
      #expect(JSONAnswer(Array(Self.honest.prefix(count))) == nil)
    }
  }

  @Test("mutated, it says what Foundation's other reader says, or nothing", arguments: 1...20)
  func mutated(_ seed: UInt64) {
    var numbers = Numbers(state: seed)
    for _ in 0..<200 {
      var bytes = Self.honest
      for _ in 0..<Int.random(in: 1...8, using: &numbers) {
        let place = Int.random(in: 0..<bytes.count, using: &numbers)
        switch Int.random(in: 0...2, using: &numbers) {
        case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &numbers)
        case 1: bytes.remove(at: place)
        default: bytes.insert(UInt8.random(in: .min ... .max, using: &numbers), at: place)
        }
      }
      guard let code = JSONAnswer(bytes)?.text(["data", "code"]) else { continue }
      // One of the two readers may be stricter; where both read, they read the same.
      guard
        let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
      else { continue }
      let due = (object["data"] as? [String: Any])?["code"]
      #expect("\(due ?? "")" == code, "seed \(seed)")
    }
  }

  @Test("nested too deep for anybody's stack, it is refused or read")
  func deep() {
    let text =
      String(repeating: #"{"a":"#, count: 100_000) + "1" + String(repeating: "}", count: 100_000)
    #expect(JSONAnswer(Array(text.utf8))?.text(["a"]) == nil)
  }
}
