// Reading configuration JSON strictly: an unknown key is an error, because it is usually a misspelt
// known one.

internal import FoundationEssentials

/// Refuses keys of `decoder`'s object that are not in `known`. Call it first in `init(from:)`.
package func refuseUnknownKeys(_ decoder: any Decoder, known: [String]) throws {
  let object = try decoder.container(keyedBy: AnyKey.self)
  for key in object.allKeys.map(\.stringValue).sorted() where !known.contains(key) {
    throw DecodingError.dataCorrupted(
      .init(codingPath: decoder.codingPath, debugDescription: "unknown key \"\(key)\""))
  }
}

/// Decodes `Value` from JSON of at most `bytesMax` bytes. On failure the error says where and what.
package func decodeStrictly<Value: Decodable>(
  _ type: Value.Type, from json: some Collection<UInt8>, named name: String, bytesMax: Int
) throws(InferenceStartupError) -> Value {
  guard json.count <= bytesMax else {
    throw InferenceStartupError("\(name): \(json.count) bytes, at most \(bytesMax) are read")
  }
  do {
    return try JSONDecoder().decode(type, from: Data(json))
  } catch let error as DecodingError {
    throw InferenceStartupError("\(name): \(explain(error))")
  } catch {
    throw InferenceStartupError("\(name): not readable as JSON")
  }
}

/// Where in the document, and what is wrong there.
private func explain(_ error: DecodingError) -> String {
  func at(_ path: [any CodingKey]) -> String {
    let place = path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    return place.isEmpty ? "" : "\(place): "
  }
  return switch error {
  case .keyNotFound(let key, let context):
    "\(at(context.codingPath))key \"\(key.stringValue)\" is missing"
  case .typeMismatch(let type, let context): "\(at(context.codingPath))must be \(type)"
  case .valueNotFound(let type, let context): "\(at(context.codingPath))must be \(type), is null"
  case .dataCorrupted(let context): "\(at(context.codingPath))\(context.debugDescription)"
  @unknown default: "not readable"
  }
}

private struct AnyKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  init?(stringValue: String) {
    self.stringValue = stringValue
    intValue = nil
  }

  init?(intValue: Int) {
    stringValue = String(intValue)
    self.intValue = intValue
  }
}
