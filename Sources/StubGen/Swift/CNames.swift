// protobuf-c's naming rules (protoc-c 1.4.1, c_helpers.cc), so that the generated Swift finds the
// generated C.

enum CNames {
  /// `CompareFacesRequest` → `compare_faces_request`: an underscore where upper case follows
  /// something else.
  static func lower(_ name: String) -> String {
    var result = ""
    var wasUpper = true
    for character in name {
      let isUpper = character.isUppercase
      if isUpper && !wasUpper { result += "_" }
      result += character.lowercased()
      wasUpper = isUpper
    }
    return result
  }

  /// `compare_faces` → `CompareFaces`.
  static func camel(_ name: String) -> String {
    var result = ""
    var upperNext = true
    for character in name {
      if character == "_" {
        upperNext = true
      } else {
        result += upperNext ? character.uppercased() : String(character)
        upperNext = false
      }
    }
    return result
  }

  /// `idv.v1.Face` → `Idv__V1__Face`.
  static func type(_ fullName: String) -> String {
    fullName.split(separator: ".").map { camel(String($0)) }.joined(separator: "__")
  }

  /// `idv.v1.Face` → `idv__v1__face__init`.
  static func initializer(_ fullName: String) -> String {
    fullName.split(separator: ".").map { lower(String($0)) }.joined(separator: "__") + "__init"
  }

  static func message(_ fullName: String) -> CMessageNames {
    CMessageNames(type: type(fullName), initializer: initializer(fullName))
  }

  /// Member of a struct for a field: lower case, with an underscore behind words of C and C++, and
  /// behind those that `DescriptorPatch` renames.
  static func field(_ name: String) -> String {
    let lowered = name.lowercased()
    let isTaken = keywords.contains(lowered) || unreachable.contains(lowered)
    return isTaken ? lowered + "_" : lowered
  }

  /// Members of a C struct that Swift cannot name, or that protobuf-c has itself.
  static let unreachable: Set<String> = ["base", "init", "self"]

  /// Member of a struct that says which field of a oneof is present.
  static func oneofCase(_ name: String) -> String { lower(name) + "_case" }

  private static let keywords: Set<String> = [
    "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char",
    "class", "compl", "const", "const_cast", "continue", "default", "delete", "do", "double",
    "dynamic_cast", "else", "enum", "explicit", "extern", "false", "float", "for", "friend",
    "goto", "if", "inline", "int", "long", "mutable", "namespace", "new", "not", "not_eq",
    "operator", "or", "or_eq", "private", "protected", "public", "register", "reinterpret_cast",
    "return", "short", "signed", "sizeof", "static", "static_cast", "struct", "switch",
    "template", "this", "throw", "true", "try", "typedef", "typeid", "typename", "union",
    "unsigned", "using", "virtual", "void", "volatile", "wchar_t", "while", "xor", "xor_eq",
  ]
}
