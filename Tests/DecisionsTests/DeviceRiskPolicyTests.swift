// What a device is asked, by its risk.

import Decisions
import Testing
import Vocabulary

private let levels: [DeviceLevel?] = [nil] + DeviceLevel.allCases.map(Optional.some)

private func outcome(
  _ level: DeviceLevel?, camera: DeviceLevel?, tags: [DeviceTag] = [],
  _ terms: DeviceRiskTerms = DeviceRiskTerms()
) -> DeviceRiskOutcome {
  DeviceRiskPolicy().outcome(
    for: DeviceRisk(level: level, cameraLevel: camera, tags: tags, score: nil), terms: terms)
}

@Test("Safe devices act, others act and reflect, risky ones are refused")
func byLevel() {
  #expect(outcome(.safe, camera: .safe) == .challenge(.action))
  #expect(outcome(.low, camera: .safe) == .challenge(.actionReflect))
  #expect(outcome(.mid, camera: .safe) == .challenge(.actionReflect))
  #expect(outcome(.high, camera: .safe) == .refused)
  #expect(outcome(.safe, camera: .high) == .refused)
  #expect(outcome(.safe, camera: nil) == .challenge(.actionReflect))
}

@Test("Nothing known is refused unless the scene says otherwise")
func unknown() {
  #expect(DeviceRiskPolicy().outcome(for: .notObtained, terms: DeviceRiskTerms()) == .refused)
  let lenient = DeviceRiskTerms(unknownDevice: .asMid)
  #expect(
    DeviceRiskPolicy().outcome(for: .notObtained, terms: lenient) == .challenge(.actionReflect))
  #expect(outcome(.safe, camera: .safe, tags: [.unverified]) == .refused)
  #expect(outcome(.high, camera: .safe, tags: [.unverified], lenient) == .refused)
  #expect(outcome(nil, camera: .high, lenient) == .refused)
}

@Test("Colours are never shown to who must not see them, nor by a device that cannot")
func accessible() {
  for terms in [DeviceRiskTerms(isAccessible: true), DeviceRiskTerms(canReflect: false)] {
    #expect(outcome(.mid, camera: .safe, terms) == .challenge(.distance))
    #expect(outcome(.safe, camera: .safe, terms) == .challenge(.action))
    #expect(outcome(.high, camera: .safe, terms) == .refused)
  }
}

@Test("More risk is never asked less")
func monotone() {
  func hardness(_ outcome: DeviceRiskOutcome) -> Int {
    switch outcome {
    case .challenge(.action): 0
    case .challenge: 1
    case .refused: 2
    }
  }
  for accessible in [false, true] {
    for unknown in [UnknownDevice.refused, .asMid] {
      let terms = DeviceRiskTerms(unknownDevice: unknown, isAccessible: accessible)
      for camera in levels {
        for (lower, higher) in zip(DeviceLevel.allCases, DeviceLevel.allCases.dropFirst()) {
          #expect(
            hardness(outcome(lower, camera: camera, terms))
              <= hardness(outcome(higher, camera: camera, terms)))
          #expect(
            hardness(outcome(camera, camera: lower, terms))
              <= hardness(outcome(camera, camera: higher, terms)))
        }
      }
    }
  }
}

@Test("The other product's numbers")
func numbers() {
  #expect(DeviceTag.allCases.map(\.tencentNumber) == ["01", "02", "03", "04", "05", "06", nil])
  #expect(Set(DeviceTag.allCases.map(\.name)).count == DeviceTag.allCases.count)
  func numbers(_ level: DeviceLevel?, _ tags: [DeviceTag] = []) -> [Int?] {
    let risk = DeviceRisk(level: level, cameraLevel: level, tags: tags, score: nil)
    return [risk.tencentSessionLevel, risk.tencentRiskCallLevel, risk.tencentCameraLevel]
  }
  #expect(numbers(nil) == [nil, -1, -1])
  #expect(numbers(.safe) == [1, 1, 1])
  #expect(numbers(.low) == [2, 1, 1])
  #expect(numbers(.mid) == [3, 2, 2])
  #expect(numbers(.high, [.rooted]) == [4, 3, 3])
  #expect(numbers(.high, [.emulator]) == [4, 4, 3])
  #expect(numbers(.high, [.cameraHijacked]) == [4, 4, 4])
}
