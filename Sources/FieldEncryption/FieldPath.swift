// How an encrypted field is named: `a.inline`, `capture.frames[3].jpeg`.

internal import Messages

/// A path that leads to a field which may be encrypted.
struct FieldPath: Equatable, Sendable {
  struct Step: Hashable, Sendable {
    let number: Int32
    /// Which element of a repeated field.
    let index: Int?
  }

  let steps: [Step]

  /// Why a text is not the path of such a field.
  enum Fault: Error, Equatable {
    /// Not the path of any field of the message.
    case unknown
    /// A field is there, and it is not one of those that may be encrypted.
    case notSensitive
  }

  init(_ text: String, in type: MessageDescriptor) throws(Fault) {
    guard !text.isEmpty, text.utf8.count <= EncryptionLimits.pathBytesMax else { throw .unknown }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= EncryptionLimits.pathStepsMax else { throw .unknown }
    var steps: [Step] = []
    var here: MessageDescriptor? = type
    var last: FieldDescriptor?
    for part in parts {
      let (name, index) = try Self.split(part)
      guard let found = here?.fields.first(where: { $0.name == name }) else { throw .unknown }
      guard (index != nil) == found.cardinality.hasElements else { throw .unknown }
      steps.append(Step(number: found.number, index: index))
      last = found
      if case .message(let below) = found.kind { here = below() } else { here = nil }
    }
    guard let last, last.isSensitive else { throw .notSensitive }
    self.steps = steps
  }

  private static func split(_ part: Substring) throws(Fault) -> (Substring, Int?) {
    guard let open = part.firstIndex(of: "[") else { return (part, nil) }
    let digits = part[part.index(after: open)...].dropLast()
    // One way of writing each number.
    guard part.last == "]", digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let index = Int(digits), index <= EncryptionLimits.indexMax, String(index) == digits
    else { throw .unknown }
    return (part[..<open], index)
  }
}

extension FieldCardinality {
  /// Whether a path has to say which element it means.
  fileprivate var hasElements: Bool {
    switch self {
    case .repeated: true
    // Runs of numbers and maps hold nothing that a path leads to.
    case .packed, .map, .singular, .optional, .oneof: false
    }
  }
}

/// Encrypted fields by the way to them.
struct FieldTree: Sendable {
  /// One step further.
  struct Branch: Sendable {
    let step: FieldPath.Step
    fileprivate(set) var tree: FieldTree
  }

  /// The field that ends here, by its position among the encrypted ones.
  private(set) var field: Int?
  /// In the order in which they were added.
  private(set) var below: [Branch] = []
  private var positions: [FieldPath.Step: Int] = [:]

  /// False if the field, one around it or one within it is there already.
  mutating func insert(_ path: FieldPath, field: Int) -> Bool { insert(path.steps[...], field) }

  private mutating func insert(_ steps: ArraySlice<FieldPath.Step>, _ new: Int) -> Bool {
    guard field == nil else { return false }
    guard let step = steps.first else {
      guard below.isEmpty else { return false }
      field = new
      return true
    }
    if let at = position(step) { return below[at].tree.insert(steps.dropFirst(), new) }
    var tree = FieldTree()
    let isNew = tree.insert(steps.dropFirst(), new)
    positions[step] = below.count
    below.append(Branch(step: step, tree: tree))
    return isNew
  }

  /// Where `step` is among those below.
  func position(_ step: FieldPath.Step) -> Int? { positions[step] }

  /// The first field here or below.
  var first: Int { field ?? below.first?.tree.first ?? 0 }
}
