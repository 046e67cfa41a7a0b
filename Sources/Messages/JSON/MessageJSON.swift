// Proto JSON for any message that is known by its descriptor: what `idv call --data` and its output
// use.

package import Vocabulary

/// Between proto JSON and wire bytes, by descriptor. Well-known types have no special form.
package enum MessageJSON {
  /// Fetches the content of a bytes field that was given as `@PATH`.
  package typealias FileLoader = (_ path: String) throws -> Bytes

  /// The wire form of the message that `text` describes.
  ///
  /// Keys are JSON names or the names of the `.proto` file; enumerations are names or numbers;
  /// bytes are base64, or `@PATH` when `loadFile` is given; null is absent.
  /// - Throws: with the path of the key, also when `loadFile` throws; also when the message breaks
  ///   `DecodingLimits.standard`.
  package static func wire(
    from text: String, as type: MessageDescriptor, loadFile: FileLoader? = nil
  ) throws(JSONError) -> Bytes {
    try message(JSONValue(parsing: text), as: type, loadFile)
  }

  /// What comes out can be decoded: a message that no reader would take is refused here.
  private static func message(
    _ value: JSONValue, as type: MessageDescriptor, _ loadFile: FileLoader?
  ) throws(JSONError) -> Bytes {
    let wire = Bytes(try JSONToWire(loadFile: loadFile).message(value, type, path: ""))
    do throws(DecodingError) {
      _ = try type.scan(wire, .standard)
    } catch {
      throw JSONError(error.field, error.message)
    }
    return wire
  }

  /// The wire forms of any number of messages: texts one after the other, as JSON lines are, or one array.
  /// - Throws: as `wire`; the path begins with the message's position.
  package static func wires(
    from text: String, as type: MessageDescriptor, loadFile: FileLoader? = nil
  ) throws(JSONError) -> [Bytes] {
    var values = try JSONValue.all(in: text)
    if values.count == 1, case .array(let elements) = values[0] { values = elements }
    var wires: [Bytes] = []
    for (position, value) in values.enumerated() {
      do throws(JSONError) {
        wires.append(try message(value, as: type, loadFile))
      } catch {
        let path = "[\(position)]" + (error.path.isEmpty ? "" : "." + error.path)
        throw values.count == 1 ? error : JSONError(path, error.message)
      }
    }
    return wires
  }

  /// `message` as proto JSON, fields in the order of their numbers.
  /// - Parameters:
  ///   - defaults: also writes fields that are absent and have no presence.
  ///   - pretty: one field a line, indented by two spaces.
  /// - Throws: when `message` is not one of `type`, or breaks `limits`.
  package static func text(
    of message: Bytes, as type: MessageDescriptor, defaults: Bool = false, pretty: Bool = true,
    limits: DecodingLimits = .standard
  ) throws(DecodingError) -> String {
    _ = try type.scan(message, limits)
    return message.withUnsafeBytes { wire in
      var writer = WireToJSON(wire: wire, defaults: defaults, pretty: pretty)
      writer.message(type, 0..<wire.count)
      return writer.text
    }
  }
}
