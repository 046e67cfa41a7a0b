// Messages made to hurt: refused with the right symbol, in bounded memory, and never a crash.

internal import CProtobufC
internal import TestMessages
internal import Testing
internal import Vocabulary

@testable internal import Messages

@Suite struct HostileTests {
  /// Decodes as `Nest` and says which symbol refused it; nil when it was accepted.
  private func refusal(
    _ bytes: [UInt8], _ limits: DecodingLimits = .standard
  ) -> Messages.DecodingError? {
    do throws(Messages.DecodingError) {
      _ = try Nest(decoding: Bytes(bytes), limits: limits)
      return nil
    } catch {
      return error
    }
  }

  @Test("Nesting: 100 levels pass, 101 and 20,000 do not")
  func depth() throws {
    #expect(refusal(WireBytes.nested(1, depth: 99)) == nil)
    #expect(refusal(WireBytes.nested(1, depth: 100))?.symbol == .messageTooDeep)
    let deep = try #require(refusal(WireBytes.nested(1, depth: 20_000)))
    #expect(deep.symbol == .messageTooDeep)
    #expect(deep.limit == "100 levels")
    #expect(deep.field.hasPrefix("nest.nest.nest"))
    #expect(refusal(WireBytes.nested(2, depth: 20_000))?.symbol == .messageTooDeep)
  }

  @Test("The widest message at the greatest depth fits the stack")
  func widestNesting() throws {
    let bytes = Bytes(WireBytes.nested(18, depth: 99))
    let message = try Everything(decoding: bytes)
    // An empty message within an empty message keeps its presence.
    #expect(message.encoded() == bytes)
    let tooDeep = Bytes(WireBytes.nested(18, depth: 100))
    #expect(throws: Messages.DecodingError.self) { try Everything(decoding: tooDeep) }
  }

  @Test("Depth counts through large bytes, which are rewritten")
  func depthOfRewritten() throws {
    var innermost = WireBytes()
    innermost.length(5, [UInt8](repeating: 1, count: 70_000))
    var bytes = innermost.bytes
    for _ in 0..<99 {
      var wire = WireBytes()
      wire.length(1, bytes)
      bytes = wire.bytes
    }
    var message = try Nest(decoding: Bytes(bytes))
    for _ in 0..<99 { message = try #require(message.nest) }
    #expect(message.data.count == 70_000)
  }

  @Test(
    "Millions of empty fields are refused before memory is taken",
    arguments: [
      [0x1A, 0],  // empty messages of an empty type
      [0x12, 0],  // empty messages
      [0x22, 0],  // empty texts
      [0x2A, 0],  // empty bytes
      [0x38, 1],  // unpacked numbers
      [0x78, 1],  // unknown numbers
      [0x7A, 0],  // unknown runs
    ] as [[UInt8]])
  func millionsOfFields(unit: [UInt8]) throws {
    let bytes = Bytes((0..<1_000_000).flatMap { _ in unit })
    var arenaBytes = 0
    do throws(Messages.DecodingError) {
      _ = try Nest(decoding: bytes, limits: .standard, arenaBytes: &arenaBytes)
      Issue.record("two megabytes of empty fields were accepted")
    } catch {
      #expect(error.symbol == .messageTooComplex)
    }
    #expect(arenaBytes == 0)
  }

  @Test("The memory bound holds when the field bound would not")
  func memoryBound() throws {
    let limits = DecodingLimits(fieldsMax: .max)
    let bytes = (0..<1_000_000).flatMap { _ in [0x12, 0] as [UInt8] }
    let error = try #require(refusal(bytes, limits))
    #expect(error.symbol == .messageTooComplex)
    #expect(error.limit == "33554432 bytes of memory")
  }

  @Test("A packed run cannot outgrow the memory bound")
  func packedBound() {
    let run = WireBytes.made { $0.length(6, [UInt8](repeating: 1, count: 7 << 20)) }
    #expect(refusal(run)?.symbol == .messageTooComplex)
    let small = WireBytes.made { $0.length(6, [UInt8](repeating: 1, count: 1 << 20)) }
    #expect(refusal(small) == nil)
  }

  @Test("A message that is too long is refused unread")
  func tooLong() throws {
    let error = try #require(refusal([UInt8](repeating: 0xFF, count: (8 << 20) + 1)))
    #expect(error.symbol == .payloadTooLarge)
    #expect(error.limit == "8388608 bytes")
  }

  @Test(
    "Texts that are not UTF-8",
    arguments: [
      [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
      [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF],
      [0xE4, 0xBD], [0xF0, 0x9F, 0x99], [0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0xC3],
    ] as [[UInt8]])
  func badText(text: [UInt8]) throws {
    let padding = [UInt8](repeating: 0x61, count: 9)
    for content in [text, padding + text, padding + text + padding] {
      let error = try #require(refusal(WireBytes.made { $0.length(4, content) }))
      #expect(error.symbol == .invalidText)
      #expect(error.field == "text")
      #expect(!error.message.contains("NUL"))
    }
    #expect(refusal(WireBytes.made { $0.length(5, text) }) == nil, "bytes may hold anything")
  }

  @Test("The UTF-8 check agrees with the standard library on every sequence of up to three bytes")
  func everyShortText() {
    let limits = DecodingLimits()
    for lead in 0x01...0xFF {
      for second in [-1, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF] {
        for third in [-1, 0x41, 0x80, 0xBF, 0xC2] where second >= 0 || third < 0 {
          let text = [lead, second, third].filter { $0 >= 0 }.map { UInt8($0) }
          let isText = String(validating: text, as: UTF8.self) != nil
          let refused = refusal(WireBytes.made { $0.length(4, text) }, limits)
          #expect((refused == nil) == isText, "\(text)")
        }
      }
    }
  }

  @Test("NUL in a text, at every place of a word")
  func nul() throws {
    for place in 0..<20 {
      var text = [UInt8](repeating: 0x61, count: 20)
      text[place] = 0
      let error = try #require(refusal(WireBytes.made { $0.length(4, text) }))
      #expect(error.symbol == .invalidText)
      #expect(error.message.contains("NUL"))
    }
  }

  @Test("The path of the field is named, through maps and repeated fields")
  func path() throws {
    let part = WireBytes.made { $0.length(1, [0xFF]) }
    func path(_ bytes: [UInt8]) -> String? {
      do throws(Messages.DecodingError) {
        _ = try Everything(decoding: Bytes(bytes))
        return nil
      } catch {
        return error.field
      }
    }
    #expect(path(WireBytes.made { $0.length(16, part) }) == "a_part.name")
    #expect(path(WireBytes.made { $0.length(36, part) }) == "parts.name")
    let entry = WireBytes.made { $0.length(2, part) }
    #expect(path(WireBytes.made { $0.length(82, entry) }) == "parts_by_number.value.name")
    #expect(
      path(WireBytes.made { $0.length(81, WireBytes.made { $0.length(1, [0]) }) })
        == "texts_by_name.key")
  }

  @Test("Cut off at every offset: refused, or a message that ends between fields")
  func truncatedEverywhere() throws {
    let whole = ValueTests.distinct.encoded().array
    var accepted = 0
    for count in 0..<whole.count {
      do throws(Messages.DecodingError) {
        _ = try Everything(decoding: Bytes(whole[..<count]))
        accepted += 1
      } catch {
        #expect(error.symbol == .malformedMessage || error.symbol == .invalidText)
      }
    }
    #expect(accepted > 10 && accepted < whole.count / 2)
  }

  @Test(
    "Malformed on the wire",
    arguments: [
      ("a number of eleven bytes", [0x38] + [UInt8](repeating: 0x80, count: 10) + [1]),
      ("a number of more than 64 bits", [0x38] + [UInt8](repeating: 0xFF, count: 9) + [2]),
      ("a number that does not end", [0x38, 0x80]),
      ("a tag of six bytes", [0xA0, 0x80, 0x80, 0x80, 0x80, 0x00, 0]),
      ("a tag of more than 32 bits", [0xF8, 0xFF, 0xFF, 0xFF, 0x1F, 0]),
      ("field number zero", [0x00, 0]),
      ("a group", [0x0B, 0x0C]),
      ("the end of a group", [0x0C]),
      ("an unknown group", [0x7B, 0x7C]),
      ("wire type six", [0x0E]),
      ("wire type seven", [0x0F]),
      ("a length beyond the end", [0x22, 5, 0x61]),
      ("a length of 2 GiB", [0x22, 0x80, 0x80, 0x80, 0x80, 0x08]),
      ("a length of 4 GiB", [0x22, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]),
      ("a length of six bytes", [0x22, 0x81, 0x80, 0x80, 0x80, 0x80, 0x00, 0x61]),
      ("a text as a number", [0x20, 1]),
      ("a message as a number", [0x08, 1]),
      ("a message as eight bytes", [0x09, 1, 2, 3, 4, 5, 6, 7, 8]),
      ("a number as four bytes", [0x3D, 1, 2, 3, 4]),
      ("a packed number that does not end", [0x32, 2, 1, 0x80]),
      ("a message given twice", [0x0A, 0, 0x0A, 0]),
      ("an unknown length beyond the end", [0x7A, 9]),
      ("an unknown number that does not end", [0x78, 0xFF]),
      ("an inner length beyond the outer", [0x0A, 2, 0x22, 9, 0x61, 0x61, 0x61]),
    ] as [(String, [UInt8])])
  func malformed(name: String, bytes: [UInt8]) {
    #expect(refusal(bytes)?.symbol == .malformedMessage, "\(name)")
  }

  @Test("Packed fixed numbers whose length does not divide")
  func packedLength() {
    for (field, width) in [(21, 8), (22, 4), (29, 4), (30, 8)] as [(Int32, Int)] {
      for count in 1..<width {
        let bytes = WireBytes.made { $0.length(field, [UInt8](repeating: 0, count: count)) }
        #expect(throws: Messages.DecodingError.self) { try Everything(decoding: Bytes(bytes)) }
      }
    }
  }

  @Test("Unknown fields cost no memory")
  func unknownFields() throws {
    let bytes = WireBytes.made { wire in
      for number: Int32 in 5000..<6000 {
        wire.length(number, [UInt8](repeating: 1, count: 500))
      }
      wire.length(4, Array("kept".utf8))
    }
    var arenaBytes = 0
    let message = try Nest(decoding: Bytes(bytes), limits: .standard, arenaBytes: &arenaBytes)
    #expect(message == Nest(text: "kept"))
    #expect(arenaBytes < bytes.count + 1000)
  }

  @Test("Random messages never take more than the scan said, and the limits hold at the edge")
  func estimate() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    for step in 0..<500 {
      var wire = RandomWire(random: SeededRandom(seed: seed &+ UInt64(step)))
      let bytes = Bytes(wire.message(Everything.descriptor))
      for aliasBytesMin in [64, 1 << 16] {
        var limits = DecodingLimits(aliasBytesMin: aliasBytesMin)
        let report = try Everything.descriptor.scan(bytes, limits)
        var arenaBytes = 0
        _ = try Everything(decoding: bytes, limits: limits, arenaBytes: &arenaBytes)
        #expect(arenaBytes <= report.arena_bytes, "seed \(seed), step \(step)")
        limits.memoryBytesMax = report.arena_bytes + report.value_bytes
        _ = try Everything(decoding: bytes, limits: limits)
        limits.memoryBytesMax -= 1
        #expect(throws: Messages.DecodingError.self) {
          try Everything(decoding: bytes, limits: limits)
        }
      }
    }
  }
}
