// The messages of a test: constant or filled for every call, one or several in turn.

package import Messages
package import Vocabulary

/// Gives the request messages of every call. Safe from any thread.
package struct PayloadSource: Sendable {
  /// How text becomes a message.
  package enum Form: Sendable {
    /// Proto JSON of this type.
    case json(MessageDescriptor)
    /// The bytes themselves; nothing is filled in.
    case raw
  }

  private enum Item: Sendable {
    case constant(Bytes)
    case template(Template, MessageDescriptor, PayloadFiles)
  }

  private let items: [Item]
  private let seed: UInt64

  /// Messages of one size that mean nothing.
  package init(constant message: Bytes) {
    items = [.constant(message)]
    seed = 0
  }

  /// - Parameters:
  ///   - contents: payloads, used in turn; at least one.
  ///   - files: reads what templates and bytes fields name.
  /// - Throws: when a payload is not a message of its form; checked with the first call's values.
  package init(
    _ contents: [PayloadContent], as form: Form, files: PayloadFiles, seed: UInt64
  ) throws(UsageError) {
    guard !contents.isEmpty else { throw UsageError("There is no payload to send.") }
    self.seed = seed
    var items: [Item] = []
    for content in contents {
      switch form {
      case .raw: items.append(.constant(content.bytes))
      case .json(let type):
        items.append(try Self.item(content, type, files, seed))
      }
    }
    self.items = items
  }

  private static func item(
    _ content: PayloadContent, _ type: MessageDescriptor, _ files: PayloadFiles, _ seed: UInt64
  ) throws(UsageError) -> Item {
    let text = String(decoding: content.bytes.array, as: UTF8.self)
    do throws(UsageError) {
      let template = try Template(text, escapesJSON: true, readLines: files.lines)
      let first = try message(template, TemplateTurn(call: 0, seed: seed), type, files)
      return template.isConstant ? .constant(first) : .template(template, type, files)
    } catch {
      throw UsageError("\(content.name): \(error.description)")
    }
  }

  private static func message(
    _ template: Template, _ turn: TemplateTurn, _ type: MessageDescriptor, _ files: PayloadFiles
  ) throws(UsageError) -> Bytes {
    do throws(JSONError) {
      return try MessageJSON.wire(from: template.fill(turn), as: type) { try files.bytes($0) }
    } catch {
      throw UsageError(error.description)
    }
  }

  /// Payloads that are used in turn.
  package var count: Int { items.count }

  /// The messages of call `number`; payloads are used in turn, message by message.
  /// - Throws: when a filled template is no message after all, which the lines of a {{pick}} file can
  ///   cause.
  package func messages(call number: Int, count: Int) throws(UsageError) -> [Bytes] {
    var messages: [Bytes] = []
    messages.reserveCapacity(count)
    for index in 0..<count {
      switch items[(number &* count &+ index) % items.count] {
      case .constant(let message): messages.append(message)
      case .template(let template, let type, let files):
        let turn = TemplateTurn(call: number, message: index, seed: seed)
        messages.append(try Self.message(template, turn, type, files))
      }
    }
    return messages
  }
}
