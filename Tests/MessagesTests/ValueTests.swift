// Every kind of field by hand: what the random comparison cannot see, such as two fields that
// change places on the way in and back again.

internal import Messages
internal import SwiftProtobuf
internal import Testing
internal import Vocabulary

@Suite struct ValueTests {
  /// A message whose fields all differ.
  static var distinct: Everything {
    var message = Everything()
    message.aDouble = 1.5
    message.aFloat = 2.5
    message.anInt32 = -3
    message.anInt64 = -4_000_000_000
    message.aUint32 = 4_000_000_005
    message.aUint64 = 18_000_000_000_000_000_006
    message.aSint32 = -7
    message.aSint64 = -8_000_000_000
    message.aFixed32 = 9
    message.aFixed64 = 10
    message.anSfixed32 = -11
    message.anSfixed64 = -12
    message.aBool = true
    message.aString = "grüße 你好"
    message.someBytes = Bytes([1, 0, 255])
    message.aPart = Part(
      name: "part", inner: Part.Inner(depth: -5, notes: ["x", ""]), type: .square)
    message.aShade = .negative
    message.again = Everything(anInt32: 18)
    message.bools = [true, false, true]
    message.strings = ["a", "", "c"]
    message.blobs = [Bytes([7]), .empty]
    message.parts = [Part(name: "first"), Part(weight: 0)]
    message.shades = [.gray, .large, .unrecognized(99)]
    message.loose = [-1, 0, 1]
    message.maybeInt32 = 0
    message.maybeString = ""
    message.maybePart = Part()
    message.maybeShade = .unspecified
    message.choice = .chosenBytes(Bytes([65]))
    message.otherChoice = .right(72)
    message.textsByName = ["k": "v", "": "empty"]
    message.partsByNumber = [-82: Part(name: "mapped")]
    message.bytesByNumber = [83: Bytes([83])]
    message.shadesByFlag = [false: .default]
    message.doublesBySint = [-85: 8.5]
    message.flagsByFixed = [86: true]
    message.everythingByName = ["deep": Everything(aBool: true)]
    message.`default` = 91
    message.`in` = 92
    message.init_ = 93
    message.self_ = 94
    message.camelCase = 95
    message.upperCase = 96
    message.`class` = 97
    message.http2Port = 98
    message.c = 99
    message.far = "far"
    message.inner = Part.Inner(depth: 1)
    message.partType = .round
    return message
  }

  @Test("swift-protobuf finds every value under its name")
  func writtenForOthers() throws {
    let theirs = try Idv_Oracle_V1_Everything(serializedBytes: Self.distinct.encoded().array)
    #expect(theirs.aDouble == 1.5 && theirs.aFloat == 2.5)
    #expect(theirs.anInt32 == -3 && theirs.anInt64 == -4_000_000_000)
    #expect(theirs.aUint32 == 4_000_000_005 && theirs.aUint64 == 18_000_000_000_000_000_006)
    #expect(theirs.aSint32 == -7 && theirs.aSint64 == -8_000_000_000)
    #expect(theirs.aFixed32 == 9 && theirs.aFixed64 == 10)
    #expect(theirs.anSfixed32 == -11 && theirs.anSfixed64 == -12)
    #expect(theirs.aBool && theirs.aString == "grüße 你好")
    #expect(Array(theirs.someBytes) == [1, 0, 255])
    #expect(theirs.aPart.name == "part" && theirs.aPart.inner.depth == -5)
    #expect(theirs.aPart.inner.notes == ["x", ""] && theirs.aPart.type == .square)
    #expect(theirs.aShade == .negative && theirs.again.anInt32 == 18)
    #expect(theirs.bools == [true, false, true] && theirs.strings == ["a", "", "c"])
    #expect(theirs.blobs.map { Array($0) } == [[7], []])
    #expect(theirs.parts.map(\.name) == ["first", ""] && theirs.parts[1].hasWeight)
    #expect(theirs.shades == [.gray, .large, .UNRECOGNIZED(99)] && theirs.loose == [-1, 0, 1])
    #expect(theirs.hasMaybeInt32 && theirs.hasMaybeString && theirs.hasMaybePart)
    #expect(theirs.hasMaybeShade && !theirs.hasMaybeDouble && !theirs.hasMaybeBytes)
    #expect(theirs.chosenBytes.elementsEqual([65]) && theirs.right == 72)
    #expect(theirs.textsByName == ["k": "v", "": "empty"])
    #expect(theirs.partsByNumber[-82]?.name == "mapped")
    #expect(theirs.bytesByNumber[83].map { Array($0) } == [83])
    #expect(theirs.shadesByFlag == [false: .default] && theirs.doublesBySint == [-85: 8.5])
    #expect(theirs.flagsByFixed == [86: true] && theirs.everythingByName["deep"]?.aBool == true)
    #expect(theirs.default == 91 && theirs.in == 92 && theirs.init_p == 93 && theirs.self_p == 94)
    #expect(theirs.camelCase == 95 && theirs.upperCase == 96 && theirs.class == 97)
    #expect(theirs.http2Port == 98 && theirs.c == 99)
    #expect(theirs.far == "far" && theirs.inner.depth == 1 && theirs.partType == .round)
  }

  @Test("Values come back as they were")
  func roundTrip() throws {
    let message = Self.distinct
    #expect(try Everything(decoding: message.encoded()) == message)
  }

  @Test("An empty message is no bytes, and no bytes are an empty message")
  func empty() throws {
    #expect(Everything().encoded().isEmpty)
    #expect(Everything().encodedSegments().isEmpty)
    #expect(try Everything(decoding: .empty) == Everything())
    #expect(try Empty(decoding: .empty) == Empty())
  }

  @Test("Presence: given as zero is not absent")
  func presence() throws {
    let message = Part(weight: 0)
    #expect(message.encoded().array == [0x18, 0])
    #expect(try Part(decoding: message.encoded()).weight == 0)
    #expect(try Part(decoding: .empty).weight == nil)
  }

  @Test("A recursive type holds itself by value")
  func recursion() throws {
    var inner = Nest(text: "in")
    let outer = Nest(nest: inner, text: "out")
    inner.text = "changed"
    #expect(outer.nest?.text == "in")
    let ring = Ping(pong: Pong(next: .ping(Ping(pong: Pong(next: .stop(3))))))
    #expect(try Ping(decoding: ring.encoded()) == ring)
  }

  @Test("The last of several values counts, and of a oneof the last member")
  func lastWins() throws {
    let bytes = WireBytes.made { wire in
      for value: UInt64 in [1, 2] {
        wire.tag(3, 0)
        wire.varint(value)
      }
      wire.length(64, Array("text".utf8))
      wire.length(66, [])
      wire.tag(62, 0)
      wire.varint(7)
    }
    let message = try Everything(decoding: Bytes(bytes))
    #expect(message.anInt32 == 2)
    #expect(message.choice == .chosenInt32(7))
  }

  @Test("Large bytes share memory with the message, small ones and texts do not")
  func aliasing() throws {
    let large = [UInt8](repeating: 0xA5, count: 64 << 10)
    let wire = Nest(nests: [Nest(data: Bytes(large)), Nest(data: Bytes([1]))]).encoded()
    let decoded = try Nest(decoding: wire)
    let range = wire.withUnsafeBytes { (UInt(bitPattern: $0.baseAddress!), $0.count) }
    func isInside(_ bytes: Bytes) -> Bool {
      bytes.withUnsafeBytes { raw in
        let start = UInt(bitPattern: raw.baseAddress!)
        return start >= range.0 && start + UInt(raw.count) <= range.0 + UInt(range.1)
      }
    }
    #expect(decoded.nests[0].data == Bytes(large))
    #expect(isInside(decoded.nests[0].data))
    #expect(!isInside(decoded.nests[1].data))
  }

  @Test("Bytes that alias keep their buffer alive")
  func aliasOutlivesMessage() throws {
    let pattern = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    func decode() throws -> Bytes { try Nest(decoding: Nest(data: Bytes(pattern)).encoded()).data }
    #expect(try decode().array == pattern)
  }

  @Test("Large bytes are sent from where they are")
  func segments() throws {
    let large = Bytes([UInt8](repeating: 7, count: 100_000))
    let message = Nest(nests: [Nest(text: "before"), Nest(data: large)], text: "after")
    let segments = message.encodedSegments()
    #expect(segments.flatMap(\.array) == message.encoded().array)
    let base = large.withUnsafeBytes { $0.baseAddress }
    #expect(segments.contains { $0.withUnsafeBytes { $0.baseAddress } == base })
    #expect(segments.count == 3)
  }

  @Test("A forged token stays a value of its own length")
  func forgedToken() throws {
    // 32 bytes, the size of a token; without the cookie it is nothing but bytes.
    let bytes = [UInt8](repeating: 0, count: 32)
    #expect(try Nest(decoding: Nest(data: Bytes(bytes)).encoded()).data.array == bytes)
  }

  @Test("Enumerations keep numbers they do not know; aliases are one value")
  func enumerations() {
    #expect(Shade.gray == .grey && Shade(rawValue: 1) == .grey)
    #expect(Shade(rawValue: 12345) == .unrecognized(12345))
    #expect(Shade.unrecognized(12345).rawValue == 12345)
    #expect(Shade.unrecognized_.rawValue == 4)
    #expect(Shade(rawValue: -7) == .negative)
  }
}
