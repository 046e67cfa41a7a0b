// People who cannot exist: all different, all in form, none in any range that was given out.

import IdentityNumbers
import Registry
import Testing

@Suite struct SyntheticPeopleTests {
  @Test("every element passes its validator and belongs to nobody")
  func forms() throws {
    for index in 0..<2000 {
      let person = people[index * 49_999]
      let number = try ResidentIdentityNumber(person.idNumber)
      #expect(number.regionCode.hasPrefix("00"))
      #expect(Region.status(number.regionCode, on: number.birthDate) == .unknown)
      #expect(try PersonName(person.name).comparisonForm == person.name)
      #expect(try MobileNumber(person.phone).range == nil)
      #expect(try BankCardNumber(person.card).issuer == nil)
      #expect(CanonicalElement.validity(from: person.validFrom, to: person.validUntil) != nil)
    }
  }

  @Test("no two share a number, a phone or a card, and another seed gives others")
  func different() {
    var seen: Set<String> = []
    let count = 20_000
    for index in 0..<count {
      let person = people[index]
      seen.formUnion([person.idNumber, person.phone, person.card])
    }
    #expect(seen.count == 3 * count)
    #expect(SyntheticPeople(seed: 4)[5] != people[5])
    #expect(SyntheticPeople(seed: 3)[5] == people[5])
  }
}
