// Elements: lent, fingerprinted, never shown.

import RealName
import Sealing
import Testing
import Vocabulary

@Suite("Elements")
struct ElementTests {
  @Test("nothing of an element is shown")
  func shown() {
    let element = Element(.name, "张三丰")
    var dumped = ""
    dump(element, to: &dumped)
    for text in ["\(element)", String(reflecting: element), String(describing: element), dumped] {
      #expect(!text.contains("张"))
      #expect(text.contains("<element>"))
    }
    #expect(Mirror(reflecting: element).children.isEmpty)
    var question = ElementQuestion(.nameNumber)
    question.name = element
    #expect(!"\(question)".contains("张"))
    #expect(!String(reflecting: question).contains("张"))
  }

  @Test(
    "no type that keeps, sends, compares or prints has a way to take in an element or a portrait")
  func types() {
    var question = ElementQuestion(.portrait)
    question.name = Element(.name, "张三丰")
    let portrait = [UInt8](repeating: 0x5A, count: 8).withUnsafeBytes {
      ReferencePortrait(.image, $0)
    }
    let values: [Any] = [
      Element(.name, "张三丰"), question, portrait, PortraitAnswer.portrait(portrait),
      FingerprintKey(),
    ]
    for value in values {
      #expect(!(value is any Encodable) && !(value is any Decodable))
      #expect(!(value is any Equatable) && !(value is any Hashable))
      #expect(!(value is any LosslessStringConvertible) && !(value is any TextOutputStreamable))
      #expect(!(value is any RawRepresentable) && !(value is any CVarArg))
      var dumped = ""
      dump(value, to: &dumped)
      for text in ["\(value)", String(reflecting: value), dumped] {
        #expect(!text.contains("张"))
      }
    }
  }

  @Test("its bytes are lent")
  func lent() {
    let element = Element(.phone, "13800138000")
    #expect(element.count == 11)
    #expect(element.withBytes { Array($0) } == Array("13800138000".utf8))
  }

  @Test("fingerprints tell elements apart under one key and say nothing under another")
  func fingerprints() {
    let key = FingerprintKey()
    let print = Element(.phone, "13800138000").fingerprint(under: key)
    #expect(print == Element(.phone, "13800138000").fingerprint(under: key))
    #expect(print != Element(.card, "13800138000").fingerprint(under: key))
    #expect(print != Element(.phone, "13800138001").fingerprint(under: key))
    #expect(print != Element(.phone, "13800138000").fingerprint(under: FingerprintKey()))
  }

  @Test("a fingerprint is HMAC-SHA-256 of the kind's mark and the bytes")
  func fingerprintFormat() throws {
    let bytes: [UInt8] = Array(1...32)
    let print = Element(.name, "Li Ming").fingerprint(under: FingerprintKey(bytes))
    #expect(print.bytes == HMACKey(bytes).code(of: [1] + Array("Li Ming".utf8)))
    #expect(KeyedFingerprint(bytes: print.bytes) == print)
    #expect(KeyedFingerprint(bytes: [1, 2, 3]) == nil)
  }
}
