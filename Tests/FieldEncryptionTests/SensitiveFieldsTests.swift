// Which fields are marked as personal: what one would look for by name must be.

import Messages
import Testing

struct SensitiveFieldsTests {
  /// Every message that some method takes or gives, at any depth, those within sensitive fields left out.
  static let reachable: [MessageDescriptor] = {
    var open = Catalog.services.filter { $0.name.hasPrefix("idv.v1.") }
      .flatMap(\.methods).flatMap { [$0.input(), $0.output()] }
    var seen: Set<ObjectIdentifier> = []
    var found: [MessageDescriptor] = []
    while let type = open.popLast() {
      guard seen.insert(ObjectIdentifier(type)).inserted else { continue }
      found.append(type)
      for field in type.fields where !field.isSensitive {
        if case .message(let below) = field.kind { open.append(below()) }
      }
    }
    return found
  }()

  /// Names of fields that hold personal data wherever they occur.
  static let personal: Set<String> = [
    "id_number", "id_card", "phone", "phone_number", "mobile", "card_number", "bank_card",
    "bank_card_number",
    "person_name", "holder_name", "full_name", "portrait", "card_image", "inline", "jpeg", "audio",
    "address",
    "birth_date", "identity_number", "transcript",
  ]

  @Test("fields that are personal by their name are marked")
  func names() {
    var missing: [String] = []
    for type in Self.reachable {
      for field in type.fields where Self.personal.contains(field.name) && !field.isSensitive {
        switch field.kind {
        case .string, .bytes, .message: missing.append(type.name + "." + field.name)
        default: break
        }
      }
    }
    #expect(missing.isEmpty, "mark them [(sensitive) = true]")
  }

  @Test("the name in a request is a person's, and marked")
  func namesOfPersons() {
    for method in Catalog.services.filter({ $0.name.hasPrefix("idv.v1.") }).flatMap(\.methods) {
      for field in method.input().fields where field.name == "name" {
        #expect(field.isSensitive, "\(method.input().name).name: mark it [(sensitive) = true]")
      }
    }
  }

  @Test("what a person is asked in Intent is marked on the way in and out, and recordings are")
  func intent() {
    let marked: [(type: MessageDescriptor, fields: [String])] = [
      (CreateIntentChallengeRequest.descriptor, ["text", "questions", "prompts", "contrasts"]),
      (IntentChallenge.descriptor, ["text", "questions", "prompts"]),
      (VerifyIntentPart.descriptor, ["video", "audio"]), (ConverseRequest.descriptor, ["pcm"]),
      (ConverseEvent.descriptor, ["text"]),
    ]
    for (type, fields) in marked {
      #expect(type.fields.filter(\.isSensitive).map(\.name) == fields, "\(type.name)")
    }
  }

  @Test("no map leads to a marked field, because no path does")
  func maps() {
    for type in Self.reachable {
      for field in type.fields {
        guard case .map = field.cardinality, case .message(let below) = field.kind else { continue }
        #expect(!below().fields.contains { $0.isSensitive }, "\(type.name).\(field.name)")
      }
    }
  }

  @Test("every request and answer that holds marked fields has its header in field 1")
  func headers() {
    for service in Catalog.services where service.name.hasPrefix("idv.v1.") {
      for method in service.methods where !method.clientStreaming && !method.serverStreaming {
        for (type, header) in [
          (method.input(), RequestHeader.descriptor), (method.output(), ResponseHeader.descriptor),
        ] {
          guard type.fields.contains(where: { $0.name == "header" }) else { continue }
          guard case .message(let found)? = type.field(1)?.kind else {
            Issue.record("\(type.name): field 1 is no header")
            continue
          }
          #expect(found() === header, "\(type.name)")
        }
      }
    }
  }

  @Test("the numbers that the envelope is found by are the schema's")
  func numbers() {
    #expect(RequestHeader.descriptor.field(3)?.name == "encryption")
    #expect(RequestHeader.descriptor.field(2)?.name == "scene_id")
    #expect(ResponseHeader.descriptor.field(8)?.name == "encryption")
    #expect(Media.descriptor.fields.filter(\.isSensitive).map(\.name) == ["inline"])
  }
}
