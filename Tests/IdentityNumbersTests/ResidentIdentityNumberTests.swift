// The check character of resident identity numbers.

import IdentityNumbers
import Testing

@Suite struct ResidentIdentityNumberTests {
  @Test(arguments: ["11010519491231002X", "440524188001010014", "810000199408230021"])
  func knownNumbersCarryTheirCheckCharacter(_ number: String) {
    #expect(ResidentIdentityNumber.checkCharacter(of: number.dropLast()) == number.last)
  }

  @Test func otherTextHasNone() {
    #expect(ResidentIdentityNumber.checkCharacter(of: "1101051949123100") == nil)
    #expect(ResidentIdentityNumber.checkCharacter(of: "1101051949123100X") == nil)
  }
}
