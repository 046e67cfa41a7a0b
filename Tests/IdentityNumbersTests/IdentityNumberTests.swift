// Numbers whose kind nobody said, and where the tables come from.

import IdentityNumbers
import Testing

@Suite struct IdentityNumberTests {
  static let today = CalendarDate(year: 2026, month: 11, day: 1)

  @Test("the kind is told by the form")
  func kinds() throws {
    let upgraded = try #require(try IdentityNumber("110105491231002").residentNumber)
    #expect(upgraded.text == "11010519491231002X")
    for text in ["11010519491231002X", " 11010519491231002X", "11010519491231002x\u{3000}"] {
      #expect(try IdentityNumber(text, today: Self.today).residentNumber?.text == upgraded.text)
    }
    for (text, holder) in [
      ("810000199408230021", ResidentIdentityNumber.Holder.hongKongResident),
      ("830000199201300022", .taiwanResident),
      ("911124198108030024", .foreigner(region: 11, nationality: 124)),
    ] { #expect(try IdentityNumber(text).residentNumber?.holder == holder) }
    guard case .oldForeigner = try IdentityNumber("CAN110078010101"),
      case .hongKong = try IdentityNumber("A123456(3)"),
      case .hongKong = try IdentityNumber("P1234564"),
      case .travel(_, let permit) = try IdentityNumber("H12345678"),
      case .travel(_, let passport) = try IdentityNumber("P1234567")
    else {
      Issue.record("another kind")
      return
    }
    #expect(permit == [.hongKongHomeReturn])
    #expect(passport == [.officialPassport])
  }

  @Test("the failure is that of the likeliest kind")
  func failures() {
    typealias Failure = IdentityNumber.Failure
    let cases: [(String, Failure)] = [
      ("110105194912310021", .resident(.checkCharacter)),
      ("11010519491331002X", .resident(.birthDate)),
      ("11010519491231002", .resident(.length)),
      ("1101051949123100-X", .resident(.character(position: 16))),
      ("11010520261102002X", .resident(.birthDateInFuture)),
      ("110105491331002", .oldResident(.birthDate)), ("11010549123100", .oldResident(.length)),
      ("CA1110078010101", .oldForeigner(.character(position: 2))),
      ("A123456(4)", .hongKong(.checkCharacter)), ("A12345(64)", .hongKong(.brackets)),
      ("", .noSuchForm), ("   ", .noSuchForm), ("12", .noSuchForm), ("张三", .noSuchForm),
      (String(repeating: "1", count: 400), .noSuchForm),
    ]
    for (text, failure) in cases {
      #expect(throws: failure, "\(text.prefix(20))") { try IdentityNumber(text, today: Self.today) }
    }
  }

  @Test("every table says where it comes from and as of when")
  func sources() {
    #expect(Set(TableSource.all.map(\.name)).count == 5)
    for source in TableSource.all {
      #expect(!source.source.isEmpty && !source.version.isEmpty && source.asOf.count >= 4)
    }
  }

  /// Numbers made here of the beginnings that validators with closed lists refuse or once refused. The days and sequences
  /// are invented.
  @Test(
    "beginnings that users found refused elsewhere are accepted, whatever the table knows",
    arguments: [
      "321119", "320219", "320819", "412723", "441282", "332522", "440401", "632824", "632825",
      "632826",
      "370620", "370000", "830000", "810000", "820000", "710000", "999999",
    ])
  func complaints(_ region: String) throws {
    let body = "\(region)19731004632"
    let check = try #require(ResidentIdentityNumber.checkCharacter(of: body))
    let number = try ResidentIdentityNumber(body + String(check), today: Self.today)
    #expect(number.regionCode == region)
    _ = Region.status(region, on: number.birthDate)
  }
}
