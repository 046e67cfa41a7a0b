// Builds the tables by which the C scan knows a message type, from the generated descriptors.

internal import CProtobufC
internal import Synchronization

/// All layouts of the process. They refer to each other in cycles and are never freed: there is one
/// for every message type that was ever decoded.
enum LayoutTable {
  /// One entry a C descriptor: types and their map entries.
  fileprivate struct Known: @unchecked Sendable {
    // Unchecked because of the pointers: written under the mutex, constant afterwards.
    var layouts: [UnsafePointer<ProtobufCMessageDescriptor>: UnsafeMutablePointer<idv_layout>] = [:]
  }

  private static let known = Mutex(Known())

  /// The layout of `descriptor`, building it and all below it at first use. Safe from any thread.
  static func layout(of descriptor: MessageDescriptor) -> UnsafePointer<idv_layout> {
    guard let packed = descriptor.packed else {
      preconditionFailure("a type read at run time has a layout from its schema")
    }
    return known.withLock { table in
      // An address keeps the region checker from tying the result to the lock.
      UInt(
        bitPattern: table.build(
          packed, stride: descriptor.stride, fields: descriptor.fields))
    }.pointer
  }
}

extension UInt {
  fileprivate var pointer: UnsafePointer<idv_layout> { UnsafePointer(bitPattern: self)! }
}

extension LayoutTable.Known {
  fileprivate mutating func build(
    _ packed: UnsafePointer<ProtobufCMessageDescriptor>, stride: Int, fields: [FieldDescriptor]
  ) -> UnsafeMutablePointer<idv_layout> {
    if let known = layouts[packed] { return known }
    precondition(fields.count <= Int(IDV_LAYOUT_FIELDS_MAX), "too many fields in one message")
    precondition(fields.count == Int(packed.pointee.n_fields), "CMessages and Messages disagree")
    let layout = UnsafeMutablePointer<idv_layout>.allocate(capacity: 1)
    layouts[packed] = layout  // before its fields: they may lead back here
    let rows = UnsafeMutablePointer<idv_layout_field>.allocate(capacity: max(1, fields.count))
    for (index, field) in fields.enumerated() {
      let inC = packed.pointee.fields + index
      precondition(inC.pointee.id == UInt32(field.number), "CMessages and Messages disagree")
      (rows + index).initialize(to: row(field, inC.pointee))
    }
    layout.initialize(
      to: idv_layout(
        unpacked_bytes: UInt32(packed.pointee.sizeof_message), value_bytes: UInt32(stride),
        field_count: UInt32(fields.count), fields: rows))
    return layout
  }

  private mutating func row(
    _ field: FieldDescriptor, _ inC: ProtobufCFieldDescriptor
  ) -> idv_layout_field {
    let below = inC.descriptor?.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)
    var row = idv_layout_field(
      number: UInt32(field.number), wire_type: field.kind.wireType, shape: field.kind.shape,
      repeated: field.cardinality.isRepeated ? 1 : 0, element_bytes: field.kind.elementBytes,
      below: nil)
    if case .map(let key) = field.cardinality {
      row.wire_type = 2
      row.shape = UInt8(IDV_SHAPE_MESSAGE.rawValue)
      row.element_bytes = 8
      // A dictionary keeps keys and values in tables that are at most two thirds empty.
      let entryBytes = 3 * (key.valueBytes + field.kind.valueBytes)
      row.below = UnsafePointer(
        build(
          below!, stride: entryBytes,
          fields: [
            FieldDescriptor("key", json: "key", 1, key),
            FieldDescriptor("value", json: "value", 2, field.kind),
          ]))
    } else if case .message(let type) = field.kind {
      let type = type()
      row.below = UnsafePointer(build(below!, stride: type.stride, fields: type.fields))
    }
    return row
  }
}

/// The layouts of a schema that was read at run time; freed with it.
final class DynamicLayouts: @unchecked Sendable {
  // Unchecked because of the pointers: written in `init`, constant afterwards.

  /// One field as far as the scan cares, and the position of the message type below it.
  struct Row {
    let field: FieldDescriptor
    let below: Int?
  }

  private let layouts: UnsafeMutablePointer<idv_layout>
  private let rows: UnsafeMutablePointer<idv_layout_field>

  /// - Parameter types: one for each message type, rows in the order of their numbers.
  init(_ types: [[Row]]) {
    layouts = .allocate(capacity: max(1, types.count))
    rows = .allocate(capacity: max(1, types.reduce(0) { $0 + $1.count }))
    var next = rows
    for (index, type) in types.enumerated() {
      // Nothing is unpacked into these sizes: they only make the scan's bound of memory mean something.
      let size = UInt32(16 + 24 * type.count)
      (layouts + index).initialize(
        to: idv_layout(
          unpacked_bytes: size, value_bytes: size, field_count: UInt32(type.count), fields: next))
      for row in type {
        next.initialize(to: row.inC(layouts))
        next += 1
      }
    }
  }

  deinit {
    rows.deallocate()
    layouts.deallocate()
  }

  subscript(type: Int) -> UnsafePointer<idv_layout> { UnsafePointer(layouts + type) }
}

extension DynamicLayouts.Row {
  fileprivate func inC(_ layouts: UnsafeMutablePointer<idv_layout>) -> idv_layout_field {
    var row = idv_layout_field(
      number: UInt32(field.number), wire_type: field.kind.wireType, shape: field.kind.shape,
      repeated: field.cardinality.isRepeated ? 1 : 0, element_bytes: field.kind.elementBytes,
      below: below.map { UnsafePointer(layouts + $0) })
    if case .map = field.cardinality {
      row.wire_type = 2
      row.shape = UInt8(IDV_SHAPE_MESSAGE.rawValue)
      row.element_bytes = 8
    }
    return row
  }
}

extension FieldKind {
  /// Wire type of one element.
  var wireType: UInt8 {
    switch self {
    case .int32, .int64, .uint32, .uint64, .sint32, .sint64, .bool, .enumeration: 0
    case .double, .fixed64, .sfixed64: 1
    case .string, .bytes, .message: 2
    case .float, .fixed32, .sfixed32: 5
    }
  }

  /// An `idv_shape`.
  fileprivate var shape: UInt8 {
    switch self {
    case .string: UInt8(IDV_SHAPE_TEXT.rawValue)
    case .bytes: UInt8(IDV_SHAPE_BYTES.rawValue)
    case .message: UInt8(IDV_SHAPE_MESSAGE.rawValue)
    default: UInt8(IDV_SHAPE_SCALAR.rawValue)
    }
  }

  /// Size of an element of protobuf-c's arrays.
  fileprivate var elementBytes: UInt8 {
    switch self {
    case .double, .int64, .uint64, .sint64, .fixed64, .sfixed64, .message: 8
    case .float, .int32, .uint32, .sint32, .fixed32, .sfixed32, .bool, .enumeration: 4
    case .string, .bytes: UInt8(MemoryLayout<ProtobufCBinaryData>.stride)
    }
  }

  /// Size of the Swift value.
  fileprivate var valueBytes: Int {
    if case .message(let type) = self { type().stride } else { 24 }
  }
}
