// Words of liveness: the same numbers inside and on the wire, and the table for users of another product.

import Messages
import TestSupport
import Testing
import Vocabulary

@testable import Services

struct LivenessWordsTests {
  private func numbers(_ descriptor: EnumDescriptor) -> Set<Int32> {
    Set(descriptor.values.map(\.number)).subtracting([0])
  }

  @Test("every word inside is one on the wire, and the other way round")
  func words() throws {
    #expect(
      numbers(Messages.AttackTag.descriptor) == Set(Vocabulary.AttackTag.allCases.map(\.rawValue)))
    #expect(
      numbers(Messages.UserMessage.descriptor)
        == Set(Vocabulary.UserMessage.allCases.map(\.rawValue)))
    #expect(
      numbers(Messages.DeviceTag.descriptor) == Set(Vocabulary.DeviceTag.allCases.map(\.rawValue)))
    #expect(
      numbers(Messages.DeviceLevel.descriptor)
        == Set(Vocabulary.DeviceLevel.allCases.map(\.rawValue)))
    for mode in Vocabulary.LivenessMode.allCases {
      #expect(try Messages.LivenessMode(mode).known("mode") == mode)
    }
    #expect(
      numbers(Messages.LivenessMode.descriptor)
        == Set(Vocabulary.LivenessMode.allCases.map { Messages.LivenessMode($0).rawValue }))
    for action in Vocabulary.FaceAction.allCases {
      #expect(try Messages.FaceAction(action).known("action") == action)
    }
    #expect(
      numbers(Messages.FaceAction.descriptor)
        == Set(Vocabulary.FaceAction.allCases.map { Messages.FaceAction($0).rawValue }))
    for tag in Vocabulary.AttackTag.allCases {
      let name = Messages.AttackTag.descriptor.name(of: tag.rawValue)
      #expect(name == "ATTACK_TAG_" + tag.name)
    }
  }

  @Test("unknown words are refused")
  func unknown() {
    #expect(throws: ServiceError.self) { try Messages.LivenessMode.unrecognized(9).known("mode") }
    #expect(throws: ServiceError.self) { try Messages.FaceAction.unspecified.known("action") }
    #expect(throws: ServiceError.self) { try Messages.FaceAction.unrecognized(5).known("action") }
  }

  @Test("ERRORS.md has the numbers that the tags have")
  func table() throws {
    let text = String(
      decoding: try Workplace.read(Workplace.root + "/Proto/ERRORS.md"), as: UTF8.self)
    for tag in Vocabulary.AttackTag.allCases {
      let row =
        "| \(tag.name) | \(tag.tencentPageNumber ?? "–") | \(tag.tencentAppNumber ?? "–") |"
      #expect(text.contains(row), "\(row)")
    }
    for tag in Vocabulary.DeviceTag.allCases {
      #expect(text.contains("| \(tag.name) | \(tag.tencentNumber ?? "–") |"), "\(tag.name)")
    }
  }
}
