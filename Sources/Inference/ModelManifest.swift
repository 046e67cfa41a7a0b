// The list of models the server may load: `Resources/models.json`, read strictly.

/// What a model is for. Raw values are the manifest's words.
package enum ModelRole: String, Sendable, CaseIterable, Decodable {
  /// Finds faces and five points of each.
  case faceDetection = "face-detection"
  /// Turns an aligned face into a vector.
  case faceEmbedding = "face-embedding"
  /// Finds lines of writing.
  case textDetection = "text-detection"
  /// Reads a line.
  case textRecognition = "text-recognition"
  /// Says whether a line stands on its head.
  case textDirection = "text-direction"
  /// Says which way up a card lies.
  case cardOrientation = "card-orientation"
  /// Lays a mesh of points over a face.
  case faceLandmarks = "face-landmarks"
  /// Says from such a mesh what a face does: eyes, brows, mouth.
  case faceBlendshapes = "face-blendshapes"
  /// Says whether a face is a living one or a picture of one, from the face and its near surroundings.
  case faceLivenessNear = "face-liveness-near"
  /// The same with wider surroundings.
  case faceLivenessWide = "face-liveness-wide"
  /// Turns recorded speech into what the decoder attends to.
  case speechEncoding = "speech-encoding"
  /// Says how likely each next word is, given that and the words before.
  case speechDecoding = "speech-decoding"
  /// Says where somebody speaks.
  case voiceActivity = "voice-activity"
  /// Turns a voice into a vector.
  case speakerEmbedding = "speaker-embedding"

  /// Whether set-up cannot bring the file, because no package registry has it: the operator adds it.
  package var isOperatorSupplied: Bool { self == .faceLivenessNear || self == .faceLivenessWide }
}

/// One model file.
package struct ModelEntry: Sendable, Equatable, Decodable {
  package let role: ModelRole
  /// Name and edition, shown to callers as the model version (`sface-2021dec`).
  package let name: String
  /// File name within the models folder; a plain name, never a path.
  package let file: String
  /// SHA-256 of the file, 64 lower-case hexadecimal digits.
  package let sha256: String
  /// Length of the file.
  package let bytes: Int
  /// SPDX identifier of the weights' licence.
  package let licence: String
  /// Where the file comes from.
  package let source: String
  /// Name and version of the preprocessing the code applies (`sface-rgb-112/1`).
  package let preprocessing: String
  /// Whether the server refuses to start without it.
  package let required: Bool

  private enum Key: String, CodingKey, CaseIterable {
    case role, name, file, sha256, bytes, licence, source, preprocessing, required
  }

  package init(from decoder: any Decoder) throws {
    try refuseUnknownKeys(decoder, known: Key.allCases.map(\.rawValue))
    let object = try decoder.container(keyedBy: Key.self)
    func text(_ key: Key) throws -> String {
      let value = try object.decode(String.self, forKey: key)
      guard (1...InferenceLimits.manifestTextBytesMax).contains(value.utf8.count) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: object,
          debugDescription: "must have 1 to \(InferenceLimits.manifestTextBytesMax) bytes")
      }
      return value
    }
    role = try object.decode(ModelRole.self, forKey: .role)
    name = try text(.name)
    file = try text(.file)
    sha256 = try text(.sha256)
    bytes = try object.decode(Int.self, forKey: .bytes)
    licence = try text(.licence)
    source = try text(.source)
    preprocessing = try text(.preprocessing)
    required = try object.decode(Bool.self, forKey: .required)
    guard Self.isPlainFileName(file) else {
      throw DecodingError.dataCorruptedError(
        forKey: .file, in: object,
        debugDescription: "must be a file name of letters, digits, '.', '_' and '-', not a path")
    }
    guard sha256.utf8.count == 64, sha256.utf8.allSatisfy(Self.isLowerHexDigit) else {
      throw DecodingError.dataCorruptedError(
        forKey: .sha256, in: object, debugDescription: "must be 64 lower-case hexadecimal digits")
    }
    guard (1...InferenceLimits.modelBytesMax).contains(bytes) else {
      throw DecodingError.dataCorruptedError(
        forKey: .bytes, in: object,
        debugDescription: "must be 1 to \(InferenceLimits.modelBytesMax)")
    }
  }

  private static func isPlainFileName(_ name: String) -> Bool {
    name.utf8.first != UInt8(ascii: ".")
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  private static func isLowerHexDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}

/// The manifest: at most one model for each role.
package struct ModelManifest: Sendable, Equatable {
  /// The edition of the format that this code reads.
  package static let schema = 1

  package let models: [ModelEntry]

  /// Reads a manifest. Unknown keys, roles or editions, two models of one role, and file names that
  /// are paths are refused.
  package init(json: some Collection<UInt8>) throws(InferenceStartupError) {
    let name = "model manifest"
    let document = try decodeStrictly(
      Document.self, from: json, named: name, bytesMax: InferenceLimits.manifestBytesMax)
    guard document.schema == Self.schema else {
      throw InferenceStartupError(
        "\(name): schema \(document.schema) is not known, this server reads \(Self.schema)")
    }
    for role in ModelRole.allCases where document.models.count(where: { $0.role == role }) > 1 {
      throw InferenceStartupError("\(name): two models of role \"\(role.rawValue)\", at most one")
    }
    models = document.models
  }

  /// The manifest that is compiled into the server.
  package static func bundled() throws(InferenceStartupError) -> ModelManifest {
    try ModelManifest(json: PackageResources.models_json)
  }

  /// The model of `role`, if the manifest lists one.
  package subscript(role: ModelRole) -> ModelEntry? { models.first { $0.role == role } }

  private struct Document: Decodable {
    let schema: Int
    let models: [ModelEntry]

    private enum Key: String, CodingKey, CaseIterable { case schema, models }

    init(from decoder: any Decoder) throws {
      try refuseUnknownKeys(decoder, known: Key.allCases.map(\.rawValue))
      let object = try decoder.container(keyedBy: Key.self)
      schema = try object.decode(Int.self, forKey: .schema)
      models = try object.decode([ModelEntry].self, forKey: .models)
    }
  }
}
