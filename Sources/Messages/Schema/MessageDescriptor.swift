// What a message looks like, as data: names, numbers and kinds of its fields. Generated code makes
// one for every message; the scan, error paths and the JSON codec read them.

internal import CProtobufC
internal import Synchronization

/// The kind of a field's value, or of one element of a repeated field.
package enum FieldKind: Sendable {
  case double, float, bool, string, bytes
  case int32, int64, uint32, uint64, sint32, sint64
  case fixed32, fixed64, sfixed32, sfixed64
  /// The closure breaks cycles of types that hold each other.
  case message(@Sendable () -> MessageDescriptor)
  case enumeration(@Sendable () -> EnumDescriptor)
}

/// How often a field occurs.
package enum FieldCardinality: Sendable {
  /// Without presence: absent means zero.
  case singular
  /// Present or absent: messages, and fields marked `optional`.
  case optional
  case repeated
  /// `repeated`, written as one run of numbers.
  case packed
  /// One of several, of which at most one is present; the name is the oneof's.
  case oneof(String)
  /// Elements are entries of a key, as given here, and a value of the field's kind.
  case map(key: FieldKind)

  var isRepeated: Bool {
    switch self {
    case .repeated, .packed, .map: true
    case .singular, .optional, .oneof: false
    }
  }
}

/// One field of a message.
package struct FieldDescriptor: Sendable {
  /// As in the `.proto` file.
  package let name: String
  /// As in proto JSON: lowerCamelCase.
  package let jsonName: String
  package let number: Int32
  package let kind: FieldKind
  package let cardinality: FieldCardinality
  /// Holds personal data, which may be encrypted: a string, bytes or a message.
  package let isSensitive: Bool

  package init(
    _ name: String, json: String, _ number: Int32, _ kind: FieldKind,
    _ cardinality: FieldCardinality = .singular, sensitive isSensitive: Bool = false
  ) {
    self.name = name
    self.jsonName = json
    self.number = number
    self.kind = kind
    self.cardinality = cardinality
    self.isSensitive = isSensitive
  }
}

/// One message type. Generated code owns exactly one instance a type, for the life of the process;
/// a `DynamicSchema` owns those it has read. Safe from any thread.
package final class MessageDescriptor: @unchecked Sendable {
  // Unchecked because of the raw pointer: it points to a constant of the C target.

  /// Full name: `idv.v1.Face`.
  package let name: String
  /// Fields in the order of their numbers.
  package let fields: [FieldDescriptor]
  /// protobuf-c's descriptor of the type; nil for a type that was read at run time.
  let packed: UnsafePointer<ProtobufCMessageDescriptor>?
  /// Stride of the Swift value, in bytes.
  let stride: Int
  /// The scan's layout, once it has been asked for.
  private let builtLayout = Atomic<UnsafeRawPointer?>(nil)

  /// - Parameters:
  ///   - packed: points to the type's `ProtobufCMessageDescriptor`, a constant.
  ///   - stride: `MemoryLayout` stride of the Swift type.
  ///   - fields: in the order of their numbers.
  package init(_ name: String, packed: UnsafeRawPointer, stride: Int, fields: [FieldDescriptor]) {
    self.name = name
    self.packed = packed.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)
    self.stride = stride
    self.fields = fields
  }

  /// A type read at run time, which has JSON but no value. Its layout has to be set before it is used.
  init(readAtRunTime name: String, fields: [FieldDescriptor]) {
    self.name = name
    packed = nil
    stride = 0
    self.fields = fields
  }

  /// Gives a type that was read at run time its layout, which must outlive it.
  func setLayout(_ layout: UnsafePointer<idv_layout>) {
    builtLayout.store(UnsafeRawPointer(layout), ordering: .releasing)
  }

  /// The field `number`; nil when there is none.
  package func field(_ number: Int32) -> FieldDescriptor? {
    var low = 0
    var high = fields.count
    while low < high {
      let middle = low + (high - low) / 2
      if fields[middle].number == number { return fields[middle] }
      if fields[middle].number < number { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  /// The layout by which this type is scanned. Built at first use.
  var layout: UnsafePointer<idv_layout> {
    let known = builtLayout.load(ordering: .acquiring)
    if let known { return known.assumingMemoryBound(to: idv_layout.self) }
    let layout = LayoutTable.layout(of: self)
    builtLayout.store(UnsafeRawPointer(layout), ordering: .releasing)
    return layout
  }

  /// Field numbers from this message down, as a path of names: `a.inline`. An unknown number stands
  /// as itself.
  func path(_ numbers: [Int32]) -> String {
    var names: [String] = []
    var here: MessageDescriptor? = self
    var rest = numbers[...]
    while let number = rest.popFirst() {
      guard let field = here?.field(number) else {
        names.append(String(number))
        here = nil
        continue
      }
      names.append(field.name)
      if case .map = field.cardinality {
        // Entries have the fields key (1) and value (2), which a reader of the path need not know.
        if let part = rest.popFirst() { names.append(part == 1 ? "key" : "value") }
      }
      if case .message(let below) = field.kind { here = below() } else { here = nil }
    }
    return names.joined(separator: ".")
  }
}

/// One enumeration type.
package final class EnumDescriptor: Sendable {
  /// Full name: `idv.v1.Verdict`.
  package let name: String
  /// Names and numbers in the order of the `.proto` file; numbers may repeat (aliases).
  package let values: [(name: String, number: Int32)]

  package init(_ name: String, _ values: [(name: String, number: Int32)]) {
    self.name = name
    self.values = values
  }

  /// The number of `name`; nil when unknown.
  package func number(of name: String) -> Int32? { values.first { $0.name == name }?.number }

  /// The first name of `number`; nil when unknown.
  package func name(of number: Int32) -> String? { values.first { $0.number == number }?.name }
}

/// One method of a service.
package struct MethodDescriptor: Sendable {
  package let name: String
  package let input: @Sendable () -> MessageDescriptor
  package let output: @Sendable () -> MessageDescriptor
  package let clientStreaming: Bool
  package let serverStreaming: Bool

  package init(
    _ name: String, input: @escaping @Sendable () -> MessageDescriptor,
    output: @escaping @Sendable () -> MessageDescriptor, clientStreaming: Bool = false,
    serverStreaming: Bool = false
  ) {
    self.name = name
    self.input = input
    self.output = output
    self.clientStreaming = clientStreaming
    self.serverStreaming = serverStreaming
  }
}

/// One service.
package struct ServiceDescriptor: Sendable {
  /// Full name: `idv.v1.Basic`.
  package let name: String
  package let methods: [MethodDescriptor]

  package init(_ name: String, _ methods: [MethodDescriptor]) {
    self.name = name
    self.methods = methods
  }

  /// The method `name`; nil when there is none.
  package func method(_ name: String) -> MethodDescriptor? { methods.first { $0.name == name } }
}
