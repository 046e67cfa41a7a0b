// Names: protobuf-c's rules, so that generated Swift finds generated C, and Swift's.

internal import Testing

@testable internal import StubGen

@Suite struct NamesTests {
  @Test(
    "C functions: lower case, an underscore where upper case follows something else",
    arguments: [
      ("idv.v1.CompareFacesRequest", "idv__v1__compare_faces_request__init"),
      ("a.HTTPServer", "a__httpserver__init"), ("a.X2Y", "a__x2_y__init"),
      ("a.Outer.Inner", "a__outer__inner__init"), ("a.Foo_Bar", "a__foo__bar__init"),
      ("a.lower", "a__lower__init"),
    ])
  func initializers(full: String, expected: String) {
    #expect(CNames.initializer(full) == expected)
  }

  @Test(
    "C types: each part with upper case first and behind underscores",
    arguments: [
      ("idv.v1.Face", "Idv__V1__Face"), ("a_b.c", "AB__C"),
      ("a.Outer.inner_most", "A__Outer__InnerMost"),
      ("a.M.LabelsEntry", "A__M__LabelsEntry"),
    ])
  func types(full: String, expected: String) {
    #expect(CNames.type(full) == expected)
  }

  @Test(
    "C members: lower case, keywords of C and C++ and taken names with an underscore",
    arguments: [
      ("data", "data"), ("camelCase", "camelcase"), ("default", "default_"), ("class", "class_"),
      ("Int", "int_"), ("self", "self_"), ("init", "init_"), ("base", "base_"), ("in", "in"),
    ])
  func members(name: String, expected: String) {
    #expect(CNames.field(name) == expected)
  }

  @Test(
    "The member that says which field of a oneof is present",
    arguments: [
      ("choice", "choice_case"), ("otherChoice", "other_choice_case"), ("_note", "_note_case"),
    ])
  func oneofs(name: String, expected: String) {
    #expect(CNames.oneofCase(name) == expected)
  }

  @Test(
    "Swift properties",
    arguments: [
      ("quality_control", "qualityControl"), ("sha256", "sha256"), ("camelCase", "camelCase"),
      ("UPPER_case", "upperCase"), ("in", "`in`"), ("default", "`default`"), ("self", "self_"),
      ("init", "init_"), ("encoded", "encoded_"), ("a", "a"), ("x_2_y", "x2Y"),
    ])
  func properties(name: String, expected: String) {
    #expect(SwiftNames.property(name) == expected)
  }

  @Test(
    "Swift types and methods",
    arguments: [
      ("Face", "Face", "face"), ("Type", "Type_", "type"), ("OCRCard", "OCRCard", "ocrCard"),
      ("CompareFaces", "CompareFaces", "compareFaces"), ("Do", "Do", "`do`"), ("URL", "URL", "url"),
      ("Init", "Init", "init_"),
    ])
  func types(name: String, type: String, method: String) {
    #expect(SwiftNames.type(name) == type)
    #expect(SwiftNames.method(name) == method)
  }

  @Test("Enumeration cases lose the type's name where all of them can")
  func cases() {
    #expect(
      SwiftNames.cases(
        ["FACE_SELECTION_NONE", "FACE_SELECTION_MOST_CONFIDENT"], of: "FaceSelection")
        == ["none", "mostConfident"])
    #expect(SwiftNames.cases(["SIZE_2X", "SIZE_BIG"], of: "Size") == ["size2x", "sizeBig"])
    #expect(SwiftNames.cases(["A_UNRECOGNIZED", "A_IN"], of: "A") == ["unrecognized_", "`in`"])
    #expect(SwiftNames.cases(["OTHER"], of: "Shade") == ["other"])
  }
}
