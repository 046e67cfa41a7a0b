// Regions through the years: information, whatever the code.

import IdentityNumbers
import Testing

@Suite struct RegionTests {
  static func status(_ code: String, _ year: Int) -> Region.Status {
    CalendarDate(year: year, month: 7, day: 1).map { Region.status(code, on: $0) } ?? .unknown
  }

  @Test("the whole table is read")
  func size() {
    #expect(Region.tableSize.codes == 7185)
    #expect(Region.tableSize.names == 8110)
  }

  @Test("places have the names of what they lie in, those that say nothing left out")
  func places() {
    let places = Region.places
    #expect(places.count > 6000)
    let dongcheng = places.first { $0.code == "110101" }
    #expect(dongcheng?.province == "北京市" && dongcheng?.city == nil && dongcheng?.name == "东城区")
    let liwan = places.first { $0.code == "440103" }
    #expect(liwan?.province == "广东省" && liwan?.city == "广州市" && liwan?.name == "荔湾区")
    #expect(places.allSatisfy { !$0.name.isEmpty && $0.name != "市辖区" && $0.city != "市辖区" })
    // Every name that a code has had.
    #expect(Set(places.filter { $0.code == "120110" }.map(\.name)) == ["东郊区", "东丽区"])
  }

  @Test("a code is known while it is in use, and abolished behind that")
  func known() {
    guard case .known(let now) = Self.status("110105", 2020) else {
      Issue.record("unknown")
      return
    }
    #expect(now.name == "朝阳区")
    guard case .known(let before) = Self.status("110103", 2009),
      case .abolished(let after) = Self.status("110103", 2010)
    else {
      Issue.record("not in time")
      return
    }
    #expect(before == after)
    #expect(after.name == "崇文区")
    #expect(after.lastYear == 2009)
    guard case .known(let later) = Self.status("110111", 1950) else {
      Issue.record("taken into use later")
      return
    }
    #expect(later.firstYear == 1986)
  }

  @Test("a code that had two names says the one of the year")
  func renamed() {
    guard case .known(let first) = Self.status("332522", 1981),
      case .known(let second) = Self.status("332522", 1990),
      case .abolished = Self.status("332522", 2020)
    else {
      Issue.record("not in time")
      return
    }
    #expect(first.name == "兰溪县")
    #expect(second.name == "青田县")
  }

  @Test("codes that lists leave out are aggregates, others unknown")
  func aggregates() {
    for code in ["440401", "130101", "321119"] {
      guard case .aggregate = Self.status(code, 2020) else {
        Issue.record("\(code) is no aggregate")
        continue
      }
    }
    for code in ["000000", "999901", "", "1101050", "11010x", "中文中文中文", "710000"] {
      #expect(Self.status(code, 2020) == .unknown)
    }
  }

  @Test("names go from province to district")
  func names() {
    #expect(Region.names(of: "110105", in: 2020) == ["北京市", "朝阳区"])
    #expect(Region.names(of: "130102", in: 2020) == ["河北省", "石家庄市", "长安区"])
    #expect(Region.names(of: "810000", in: 2020) == ["香港特别行政区"])
    #expect(Region.names(of: "9", in: 2020) == [])
  }
}
