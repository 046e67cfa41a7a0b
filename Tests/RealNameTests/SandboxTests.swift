// The sandbox: every result and every fault can be brought about, and nothing else.

import RealName
import Testing
import Vocabulary

@Suite("Sandbox")
struct SandboxTests {
  private let sandbox = SandboxSource()
  private let deadline = Deadline.after(.seconds(5))

  /// Numbers with `digits` where the sandbox looks.
  private func question(
    _ operation: ElementOperation, _ digits: Int, name: String = "张三", detail: Bool = true
  ) -> ElementQuestion {
    let code = String(1000 + digits).dropFirst()
    var question = ElementQuestion(operation)
    question.name = Element(.name, name)
    question.number = Element(.number, "11010519491231\(code)X")
    question.phone = Element(.phone, "13800000\(code)")
    question.card = Element(.card, "622202000000\(code)0")
    question.wantsDetail = detail
    return question
  }

  private func finding(_ answer: SourceAnswer) -> SourceFinding? {
    if case .answered(let finding) = answer { finding } else { nil }
  }

  @Test("every result that an operation may have can be brought about")
  func results() async {
    for operation in ElementOperation.allCases where operation != .portrait {
      var seen: Set<ElementResult> = []
      for digits in 0...999 {
        let answer = await sandbox.check(question(operation, digits), deadline: deadline)
        guard let finding = finding(answer) else { continue }
        #expect(operation.mayFind(finding.result), "\(operation) \(digits)")
        seen.insert(finding.result)
      }
      let due = Set(ElementResult.allCases.filter(operation.mayFind))
      #expect(seen == due, "\(operation)")
    }
  }

  @Test("every fault can be brought about")
  func faults() async {
    var seen: Set<SourceFault> = []
    for digits in 900...999 {
      let answer = await sandbox.check(question(.nameNumber, digits), deadline: deadline)
      if case .unavailable(let fault) = answer { seen.insert(fault) }
    }
    let due = Set(SourceFault.allCases.filter(\.countsAgainstSource))
    #expect(seen == due)
  }

  @Test("every value of what is told can be brought about")
  func facts() async {
    var times: Set<PhoneTime> = []
    var statuses: Set<PhoneStatus> = []
    var ages: Set<AgeRange> = []
    var kinds: Set<BankCardKind> = []
    for digits in 0...999 {
      for operation in [ElementOperation.phoneTime, .phoneStatus, .agePhone, .cardInfo] {
        let answer = await sandbox.check(question(operation, digits), deadline: deadline)
        guard let finding = finding(answer) else { continue }
        finding.phoneTime.map { _ = times.insert($0) }
        finding.phoneStatus.map { _ = statuses.insert($0) }
        finding.ageRange.map { _ = ages.insert($0) }
        finding.cardKind.map { _ = kinds.insert($0) }
      }
    }
    #expect(times == Set(PhoneTime.allCases))
    #expect(statuses == Set(PhoneStatus.allCases))
    #expect(ages == Set(AgeRange.allCases))
    #expect(kinds == Set(BankCardKind.allCases))
  }

  @Test("a stranger's name never matches")
  func stranger() async {
    for operation in [ElementOperation.nameNumber, .phoneName, .phoneNameNumber, .cardName] {
      let asked = question(operation, 1, name: "不符者")
      let found = finding(await sandbox.check(asked, deadline: deadline))
      #expect(found?.result != .match && found != nil)
    }
  }

  @Test("which elements disagree is told only to who asks")
  func detail() async {
    let asked = question(.phoneNameNumber, 905, detail: false)
    let plain = finding(await sandbox.check(asked, deadline: deadline))
    #expect(plain?.result == .mismatch)
    let detailed = finding(
      await sandbox.check(question(.phoneNameNumber, 905), deadline: deadline))
    #expect(detailed?.result == .mismatchPhoneNumber)
  }

  @Test("an old number of a foreigner, three letters and twelve digits, decides as others do")
  func oldForeigner() async {
    func ask(_ code: String) async -> SourceAnswer {
      var asked = question(.nameNumber, 1)
      asked.number = Element(.number, "CAN11007801\(code)1")
      return await sandbox.check(asked, deadline: deadline)
    }
    #expect(finding(await ask("001"))?.result == .match)
    #expect(finding(await ask("900"))?.result == .mismatch)
    #expect(finding(await ask("901"))?.result == .noRecord)
    guard case .unavailable(.busy) = await ask("992") else {
      Issue.record("no fault")
      return
    }
  }
}
