// Proto JSON: the same messages as swift-protobuf's, and complaints that name the path.

internal import Messages
internal import SwiftProtobuf
internal import TestMessages
internal import Testing
internal import Vocabulary

@Suite struct JSONTests {
  private func complaint(
    _ text: String, as type: MessageDescriptor = Everything.descriptor
  ) -> JSONError? {
    do throws(JSONError) {
      _ = try MessageJSON.wire(from: text, as: type)
      return nil
    } catch {
      return error
    }
  }

  @Test("Random messages: JSON means the same to swift-protobuf, in both directions")
  func randomMessages() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    for step in 0..<400 {
      var wire = RandomWire(random: SeededRandom(seed: seed &+ UInt64(step)))
      let bytes = wire.message(Everything.descriptor)
      var options = BinaryDecodingOptions()
      options.discardUnknownFields = true
      let expected = try Idv_Oracle_V1_Everything(serializedBytes: bytes, options: options)
      for pretty in [true, false] {
        let text = try MessageJSON.text(
          of: Bytes(bytes), as: Everything.descriptor, defaults: pretty, pretty: pretty)
        let theirs = try Idv_Oracle_V1_Everything(jsonString: text)
        #expect(theirs == expected, "seed \(seed), step \(step): \(text)")
      }
      let ours = try MessageJSON.wire(from: expected.jsonString(), as: Everything.descriptor)
      let back = try Idv_Oracle_V1_Everything(serializedBytes: ours.array)
      #expect(back == expected, "seed \(seed), step \(step)")
    }
  }

  @Test("Both names of a field, and the forms of numbers")
  func forms() throws {
    let text = """
      {"an_int32": 1e2, "anInt64": "-9223372036854775808", "aUint64": 18446744073709551615,
       "aDouble": "-Infinity", "aFloat": "2.5", "aShade": "SHADE_GRAY", "partType": 7,
       "someBytes": "AP_-", "aString": "\\u4f60\\ud83d\\ude42\\n", "maybeBool": false,
       "aPart": null, "flagsByFixed": {"4294967295": true}, "shadesByFlag": {"true": 3}}
      """
    let wire = try MessageJSON.wire(from: text, as: Everything.descriptor)
    let message = try Everything(decoding: wire)
    #expect(message.anInt32 == 100 && message.anInt64 == .min && message.aUint64 == .max)
    #expect(message.aDouble == -.infinity && message.aFloat == 2.5)
    #expect(message.aShade == .gray && message.partType == .unrecognized(7))
    #expect(message.someBytes.array == [0, 0xFF, 0xFE] && message.aString == "你🙂\n")
    #expect(message.maybeBool == false && message.aPart == nil)
    #expect(message.flagsByFixed == [.max: true] && message.shadesByFlag == [true: .default])
  }

  @Test("Files stand in for bytes where the caller loads them")
  func files() throws {
    struct NoFile: Error {}
    let wire = try MessageJSON.wire(from: #"{"data": "@face.jpg"}"#, as: Nest.descriptor) { path in
      guard path == "face.jpg" else { throw NoFile() }
      return Bytes([9, 9])
    }
    #expect(try Nest(decoding: wire).data.array == [9, 9])
    #expect(throws: JSONError.self) {
      try MessageJSON.wire(from: #"{"nest": {"data": "@no"}}"#, as: Nest.descriptor) { _ in
        throw NoFile()
      }
    }
    #expect(complaint(#"{"data": "@face.jpg"}"#, as: Nest.descriptor)?.path == "data")
  }

  @Test(
    "Refused with the path",
    arguments: [
      (#"{"aPart": {"nmae": "x"}}"#, "aPart.nmae"),
      (#"{"parts": [{}, {"name": 5}]}"#, "parts[1].name"),
      (#"{"partsByNumber": {"1": {"weight": -1}}}"#, "partsByNumber[1].weight"),
      (#"{"partsByNumber": {"x": {}}}"#, "partsByNumber[x]"),
      (#"{"anInt32": 2147483648}"#, "anInt32"),
      (#"{"anInt32": 1.5}"#, "anInt32"),
      (#"{"anInt32": "+5"}"#, "anInt32"),
      (#"{"aUint32": -1}"#, "aUint32"),
      (#"{"aUint64": "18446744073709551616"}"#, "aUint64"),
      (#"{"aFloat": 1e39}"#, "aFloat"),
      (#"{"aDouble": 1e309}"#, "aDouble"),
      (#"{"aDouble": "nan"}"#, "aDouble"),
      (#"{"aDouble": "1e999"}"#, "aDouble"),
      (#"{"aBool": "true"}"#, "aBool"),
      (#"{"aBool": 1}"#, "aBool"),
      (#"{"aShade": "GREY"}"#, "aShade"),
      (#"{"aShade": true}"#, "aShade"),
      (#"{"someBytes": "A"}"#, "someBytes"),
      (#"{"someBytes": "AA=A"}"#, "someBytes"),
      (#"{"someBytes": "AB=="}"#, "someBytes"),
      (#"{"aString": "\u0000"}"#, "aString"),
      (#"{"strings": "x"}"#, "strings"),
      (#"{"strings": [null]}"#, "strings[0]"),
      (#"{"textsByName": []}"#, "textsByName"),
      (#"{"chosenBool": true, "chosenInt32": 1}"#, "chosenInt32"),
      (#"{"anInt32": 1, "an_int32": 1}"#, "an_int32"),
      (#"[]"#, ""),
    ])
  func refused(text: String, path: String) throws {
    let error = try #require(complaint(text))
    #expect(error.path == path, "\(error)")
  }

  @Test(
    "Not JSON",
    arguments: [
      "", " ", "{", "}", "{]", "[", "{\"a\"}", "{\"a\":}", "{\"aBool\":true,}", "{,}", "[1,]",
      "{\"aBool\":true}{", "{\"aBool\":true} x", "{\"anInt32\":01}", "{\"anInt32\":-}",
      "{\"anInt32\":1.}", "{\"anInt32\":.5}", "{\"anInt32\":1e}", "{\"anInt32\":+1}",
      "{\"aBool\":tru}", "{\"aBool\":True}", "{'aBool':true}", "{\"aString\":\"", "nul",
      "{\"aString\":\"\\x\"}", "{\"aString\":\"\\u12\"}", "{\"aString\":\"\\ud83d\"}",
      "{\"aString\":\"\\ud83d\\u0041\"}", "{\"aString\":\"\\udc00\"}", "{\"aString\":\"\u{1}\"}",
      "{\"aBool\":true,\"aBool\":true}", "{\"anInt32\":NaN}", "\u{FEFF}{}",
    ])
  func notJSON(text: String) throws {
    let error = try #require(complaint(text))
    #expect(error.message.hasPrefix("Not JSON: line 1, column"), "\(error)")
  }

  @Test("The deepest message that decodes comes through JSON, also by repeated fields")
  func deepestMessage() throws {
    var wire: [UInt8] = []
    for _ in 1..<DecodingLimits.depthCeiling {
      // One more message in field 2, `nests`.
      var length = wire.count
      var tag: [UInt8] = [0x12]
      while length > 0x7F {
        tag.append(UInt8(length & 0x7F) | 0x80)
        length >>= 7
      }
      wire = tag + [UInt8(length)] + wire
    }
    let bytes = Bytes(wire)
    let text = try MessageJSON.text(of: bytes, as: Nest.descriptor, pretty: false)
    #expect(try MessageJSON.wire(from: text, as: Nest.descriptor) == bytes)
  }

  @Test("Nesting and length are bounded")
  func bounds() throws {
    let deep = String(repeating: "[", count: 100_000)
    #expect(try #require(complaint(deep)).message.contains("200 levels"))
    let open = String(repeating: #"{"nest":"#, count: 99)
    let close = String(repeating: "}", count: 99)
    #expect(complaint(open + "{}" + close, as: Nest.descriptor) == nil)
    let deeper = try #require(
      complaint(open + #"{"nest":{}}"# + close, as: Nest.descriptor))
    #expect(deeper.message.contains("100 levels"))
    let long = "\"" + String(repeating: "x", count: 17 << 20) + "\""
    #expect(try #require(complaint(long)).message.contains("16777216 bytes"))
  }

  @Test(
    "Unknown enumeration numbers, 64-bit numbers and special reals are written as JSON has them")
  func special() throws {
    var message = Everything()
    message.aShade = .unrecognized(55)
    message.anInt64 = .min
    message.aDouble = .nan
    message.aFloat = -.infinity
    message.aString = "\"\\\u{1}\u{7F}/"
    let text = try MessageJSON.text(
      of: message.encoded(), as: Everything.descriptor, pretty: false)
    #expect(
      text == #"{"aDouble":"NaN","aFloat":"-Infinity","anInt64":"-9223372036854775808","#
        + #""aString":"\"\\\u0001\u007f/","aShade":55}"#)
  }

  @Test("Pretty and with defaults")
  func pretty() throws {
    let wire = Part(name: "n", inner: Part.Inner()).encoded()
    let text = try MessageJSON.text(of: wire, as: Part.descriptor, defaults: true)
    #expect(
      text == """
        {
          "name": "n",
          "data": "",
          "inner": {
            "depth": "0",
            "notes": []
          },
          "type": "TYPE_UNSPECIFIED"
        }
        """)
  }

  @Test("Bytes that are not the message are refused")
  func notTheMessage() {
    #expect(throws: Messages.DecodingError.self) {
      try MessageJSON.text(of: Bytes([0x08, 0x80]), as: Nest.descriptor)
    }
  }

  @Test("Every method is found by name, and what it takes and gives")
  func catalog() throws {
    let service = try #require(Catalog.services.first { $0.name == "idv.v1.Basic" })
    let method = try #require(service.method("CompareFaces"))
    #expect(method.input().name == "idv.v1.CompareFacesRequest")
    #expect(method.output().name == "idv.v1.CompareFacesResponse")
    #expect(service.method("compareFaces") == nil)
    #expect(Catalog.messages.contains { $0.name == "idv.v1.ErrorDetail" })
  }
}
