// Messages with fields taken out or put in. The header is field 1 of every request and answer.

internal import Messages

/// A message put together from pieces of another one.
struct RewrittenMessage {
  enum Piece {
    /// As it stands in the other message.
    case copy(Range<Int>)
    case text([UInt8])
    /// The content of the encrypted field at this position.
    case field(Int)
  }

  private(set) var pieces: [Piece] = []
  private(set) var count = 0

  mutating func copy(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    count += range.count
    if case .copy(let last)? = pieces.last, last.upperBound == range.lowerBound {
      pieces[pieces.count - 1] = .copy(last.lowerBound..<range.upperBound)
    } else {
      pieces.append(.copy(range))
    }
  }

  mutating func text(_ bytes: [UInt8]) {
    count += bytes.count
    pieces.append(.text(bytes))
  }

  mutating func field(_ position: Int, count: Int) {
    self.count += count
    pieces.append(.field(position))
  }

  mutating func nested(_ number: Int32, _ inner: RewrittenMessage) {
    text(WireText.opening(number, inner.count))
    count += inner.count
    pieces += inner.pieces
  }
}

/// Which message around the fields tells of their encryption, and how.
enum Direction: String {
  /// From the caller: `RequestHeader.encryption`.
  case request
  /// To the caller: `ResponseHeader.encryption`.
  case answer

  /// The field within the header.
  var number: Int32 { self == .request ? 3 : 8 }
  /// Of every request and answer.
  static let headerNumber: Int32 = 1
}

/// Puts contents in where a message has none.
struct FieldInsertion {
  let wire: UnsafeRawBufferPointer
  let direction: Direction
  /// Lengths of the contents, by position.
  let counts: [Int]

  /// A content that cannot be put in.
  enum Fault: Error, Equatable {
    /// The field at this position is there in plaintext already, or another one of its oneof is.
    case givenTwice(Int)
    /// The message has no such element.
    case noElement(Int)
    case malformed
  }

  /// - Parameter type: what `wire` is.
  func message(_ type: MessageDescriptor, _ tree: FieldTree) throws(Fault) -> RewrittenMessage {
    try message(type, tree, wire.indices, isRoot: true)
  }

  private func message(
    _ type: MessageDescriptor, _ tree: FieldTree, _ range: Range<Int>, isRoot: Bool
  ) throws(Fault) -> RewrittenMessage {
    var result = RewrittenMessage()
    var isDone = [Bool](repeating: false, count: tree.below.count)
    var elements: [Int32: Int] = [:]
    let choices = choices(type, tree)
    var fields = WireFields(wire, range)
    while let field = fields.next() {
      if isRoot, field.number == Direction.headerNumber {
        result.nested(field.number, try header(field.content))
        continue
      }
      guard let known = type.field(field.number) else {
        result.copy(field.whole)
        continue
      }
      var index: Int?
      if case .repeated = known.cardinality {
        index = elements[field.number, default: 0]
        elements[field.number, default: 0] += 1
      }
      guard let at = tree.position(.init(number: field.number, index: index)) else {
        if case .oneof(let name) = known.cardinality, let other = choices[name] {
          throw .givenTwice(other)
        }
        result.copy(field.whole)
        continue
      }
      let below = tree.below[at].tree
      guard field.wireType == 2 else { throw .malformed }
      if let position = below.field {
        // An element keeps its place by an empty one.
        guard index != nil, field.content.isEmpty else { throw .givenTwice(position) }
        put(position, field.number, &result)
      } else {
        result.nested(
          field.number, try inner(known, below, field.content))
      }
      isDone[at] = true
    }
    guard !fields.isDamaged else { throw .malformed }
    for (at, branch) in tree.below.enumerated() where !isDone[at] {
      let (step, below) = (branch.step, branch.tree)
      guard step.index == nil, let known = type.field(step.number) else {
        throw .noElement(below.first)
      }
      if let position = below.field {
        put(position, step.number, &result)
      } else {
        result.nested(step.number, try inner(known, below, 0..<0))
      }
    }
    return result
  }

  private func put(_ position: Int, _ number: Int32, _ result: inout RewrittenMessage) {
    result.text(WireText.opening(number, counts[position]))
    result.field(position, count: counts[position])
  }

  private func inner(
    _ field: FieldDescriptor, _ tree: FieldTree, _ range: Range<Int>
  ) throws(Fault) -> RewrittenMessage {
    guard case .message(let type) = field.kind else { throw .malformed }
    return try message(type(), tree, range, isRoot: false)
  }

  /// Oneofs of which a member is put in, and that member.
  private func choices(_ type: MessageDescriptor, _ tree: FieldTree) -> [String: Int] {
    var result: [String: Int] = [:]
    for branch in tree.below {
      if case .oneof(let name)? = type.field(branch.step.number)?.cardinality {
        result[name] = branch.tree.first
      }
    }
    return result
  }

  /// The header without what tells of the encryption.
  private func header(_ range: Range<Int>) throws(Fault) -> RewrittenMessage {
    var result = RewrittenMessage()
    var fields = WireFields(wire, range)
    while let field = fields.next() {
      if field.number != direction.number { result.copy(field.whole) }
    }
    guard !fields.isDamaged else { throw .malformed }
    return result
  }
}

/// Takes out the fields that may be encrypted.
struct FieldExtraction {
  let wire: UnsafeRawBufferPointer
  let sensitive: SensitiveTypes
  /// Fields taken out, with their contents, in the order of the message.
  private(set) var taken: [(path: String, content: Range<Int>)] = []

  init(_ wire: UnsafeRawBufferPointer, _ sensitive: SensitiveTypes) {
    self.wire = wire
    self.sensitive = sensitive
  }

  /// What is left of the message, `nil` if it is damaged. Elements of repeated fields leave an empty one.
  /// - Parameter header: what is to stand behind what the header has, once all is taken out.
  mutating func remainder(
    _ type: MessageDescriptor
  ) -> (before: RewrittenMessage, header: RewrittenMessage, after: RewrittenMessage)? {
    var (before, header, after) = (RewrittenMessage(), RewrittenMessage(), RewrittenMessage())
    var hasHeader = false
    var elements: [Int32: Int] = [:]
    var fields = WireFields(wire, wire.indices)
    while let field = fields.next() {
      if field.number == Direction.headerNumber, !hasHeader {
        hasHeader = true
        header.copy(field.content)
      } else if hasHeader {
        guard take(field, type, "", &elements, &after) else { return nil }
      } else {
        guard take(field, type, "", &elements, &before) else { return nil }
      }
    }
    return fields.isDamaged ? nil : (before, header, after)
  }

  private mutating func take(
    _ field: WireField, _ type: MessageDescriptor, _ prefix: String, _ elements: inout [Int32: Int],
    _ result: inout RewrittenMessage
  ) -> Bool {
    guard let known = type.field(field.number), field.wireType == 2,
      known.isSensitive || sensitive.reaches(known)
    else {
      result.copy(field.whole)
      return true
    }
    var path = prefix + known.name
    var isElement = false
    if case .repeated = known.cardinality {
      path += "[\(elements[field.number, default: 0])]"
      elements[field.number, default: 0] += 1
      isElement = true
    }
    if known.isSensitive {
      // An empty element holds nothing, and stands for itself.
      if isElement, field.content.isEmpty {
        result.copy(field.whole)
        return true
      }
      taken.append((path, field.content))
      if isElement { result.text(WireText.opening(field.number, 0)) }
      return true
    }
    guard case .message(let below) = known.kind else { return false }
    var inner = RewrittenMessage()
    var innerElements: [Int32: Int] = [:]
    var fields = WireFields(wire, field.content)
    while let next = fields.next() {
      guard take(next, below(), path + ".", &innerElements, &inner) else { return false }
    }
    guard !fields.isDamaged else { return false }
    result.nested(field.number, inner)
    return true
  }
}

/// Which message types hold fields that may be encrypted, at any depth. Made once a method. Any thread.
struct SensitiveTypes: Sendable {
  private let reaching: Set<ObjectIdentifier>
  /// Whether the type itself holds any.
  let isAny: Bool

  init(_ type: MessageDescriptor) {
    // Types may hold each other in circles: what is known grows until nothing is added.
    var types: [MessageDescriptor] = [type]
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(type)]
    var at = 0
    while at < types.count {
      for field in types[at].fields {
        if case .message(let below) = field.kind, seen.insert(ObjectIdentifier(below())).inserted {
          types.append(below())
        }
      }
      at += 1
    }
    var reaching: Set<ObjectIdentifier> = []
    var count = -1
    while count != reaching.count {
      count = reaching.count
      for type in types
      where type.fields.contains(where: { $0.isSensitive || Self.leads($0, reaching) }) {
        reaching.insert(ObjectIdentifier(type))
      }
    }
    self.reaching = reaching
    isAny = reaching.contains(ObjectIdentifier(type))
  }

  func reaches(_ field: FieldDescriptor) -> Bool { Self.leads(field, reaching) }

  private static func leads(_ field: FieldDescriptor, _ reaching: Set<ObjectIdentifier>) -> Bool {
    if case .map = field.cardinality { return false }
    guard case .message(let below) = field.kind else { return false }
    return reaching.contains(ObjectIdentifier(below()))
  }
}
