// Answers, what they mean, and what they must not be taken for.

import SpokenText
import Testing

@Suite(.needsTable) struct AnswerTests {
  static func set(_ answers: [String], near: Bool = true) throws -> AnswerSet {
    try AnswerSet(
      question: "您是否同意？", answers: answers, acceptsNearMeaning: near, field: "questions[0]",
      pinyin: try InstalledTable.table())
  }

  @Test("the list of meanings is sound")
  func list() throws {
    let table = try InstalledTable.table()
    var seen: [String: AnswerMeaning] = [:]
    for meaning in AnswerMeaning.allCases {
      for answer in meaning.answers {
        #expect(seen.updateValue(meaning, forKey: answer) == nil, "\(answer) twice")
        #expect(answer.count <= SpokenTextLimits.answerCharactersMax)
        _ = try ExpectedText(answer, field: "answer", pinyin: table, charactersMax: 10)
        #expect(AnswerMeaning.of(answer + "。", pinyin: table) == meaning)
      }
      // Never near what is opposite, and opposites are mutual.
      #expect(Set(meaning.near).isDisjoint(with: meaning.opposite))
      #expect(meaning == .objection ? meaning.near.isEmpty : meaning.near.first == meaning)
      for other in meaning.opposite { #expect(!other.near.contains(meaning)) }
    }
    let yes: [AnswerMeaning] = [.affirmation, .agreement, .knowledge, .presence]
    for meaning in yes {
      #expect(meaning.near.allSatisfy(yes.contains))
      #expect(meaning.opposite.allSatisfy { !yes.contains($0) })
      #expect(meaning.answers.allSatisfy { !$0.hasPrefix("不") && !$0.hasPrefix("我不") })
    }
  }

  @Test("near answers are accepted if asked for")
  func near() throws {
    let given = try Self.set(["同意"], near: false)
    #expect(given.answers.map(\.text) == ["同意"])
    let near = try Self.set(["同意"])
    let texts = near.answers.map(\.text)
    #expect(texts.first == "同意")
    for answer in ["我同意", "愿意", "是的", "好的", "可以"] { #expect(texts.contains(answer)) }
    for answer in ["不同意", "知道了", "没有", "不", "我知道"] { #expect(!texts.contains(answer)) }
    #expect(near.answers.dropFirst().allSatisfy { $0.isNearMeaning && $0.given == 0 })
    #expect(Set(texts).count == texts.count)
    // An answer that is on no list has none.
    #expect(try Self.set(["买房"]).answers.count == 1)
    #expect(try Self.set(["知道了"]).answers.map(\.text).contains("是的"))
    #expect(try !Self.set(["是的"]).answers.map(\.text).contains("知道了"))
    #expect(try !Self.set(["不同意"]).answers.map(\.text).contains("同意"))
  }

  @Test("an objection is no plain no, and yes has to beat it", arguments: ["不是", "不", "没有", "不同意"])
  func objections(_ answer: String) throws {
    let objections = AnswerMeaning.objection.answers
    #expect(Set(objections).isDisjoint(with: try Self.set([answer]).answers.map(\.text)))
    #expect(AnswerMeaning.agreement.opposite.contains(.objection))
    #expect(AnswerMeaning.affirmation.opposite.contains(.objection))
    #expect(try Self.set(["被迫的"]).answers.map(\.text) == ["被迫的"])
  }

  @Test("every answer has to beat its opposite", arguments: ["同意", "是的", "我已知晓", "没有", "好", "愿意"])
  func opposites(_ answer: String) throws {
    for read in try Self.set([answer]).answers {
      #expect(!read.opposites.isEmpty, "\(read.text)")
      #expect(read.opposites.count <= SpokenTextLimits.contrastsMax)
      #expect(!read.opposites.contains(read.text))
    }
    let first = try Self.set([answer]).answers[0]
    let expected = [
      "同意": "不同意", "是的": "不是", "我已知晓": "我未知晓", "没有": "有", "好": "不好", "愿意": "不愿意",
    ]
    #expect(first.opposites.contains(try #require(expected[answer])), "\(first.opposites)")
  }

  @Test("which answer was heard", arguments: [("我铜意", "我同意"), ("是的。", "是的"), ("愿意！", "愿意")])
  func best(_ heard: String, _ answer: String) throws {
    let table = try InstalledTable.table()
    let best = try Self.set(["同意"]).best(for: HeardText(heard, pinyin: table))
    #expect(best.answer.text == answer)
    #expect(best.alignment.coverage == 1)
    #expect(best.contradiction == nil)
  }

  @Test("the opposite was heard", arguments: ["不同意", "我不同意", "不是", "不愿意", "不行"])
  func contradicted(_ heard: String) throws {
    let table = try InstalledTable.table()
    let best = try Self.set(["同意"]).best(for: HeardText(heard, pinyin: table))
    #expect(best.alignment.coverage < 1)
    #expect(best.contradiction == heard)
  }

  @Test("nothing like an answer contradicts nothing")
  func other() throws {
    let table = try InstalledTable.table()
    for heard in ["", "今天天气", "😀"] {
      let best = try Self.set(["同意"]).best(for: HeardText(heard, pinyin: table))
      #expect(best.alignment.coverage < 0.5)
      #expect(best.contradiction == nil)
    }
  }

  @Test("limits")
  func limits() throws {
    let table = try InstalledTable.table()
    func reason(_ question: String, _ answers: [String]) -> UnreadableText? {
      do throws(UnreadableText) {
        _ = try AnswerSet(
          question: question, answers: answers, acceptsNearMeaning: true, field: "questions[3]",
          pinyin: table)
        return nil
      } catch {
        return error
      }
    }
    let long = String(repeating: "问", count: 251)
    let numbers = (0..<51).map { "同意\($0)" }
    for (question, answers, field, expected) in [
      (long, ["是"], "questions[3].question", UnreadableText.Reason.tooLong(charactersMax: 250)),
      (" \n", ["是"], "questions[3].question", .nothingToSay),
      ("问", [], "questions[3].answers", .tooFew(1)),
      ("问", numbers, "questions[3].answers", .tooMany(50)),
      ("问", ["是", "我我我我我我我我我我我"], "questions[3].answers[1]", .tooLong(charactersMax: 10)),
      ("问", ["是", "！"], "questions[3].answers[1]", .nothingToSay),
      ("问", ["同意", "同意。"], "questions[3].answers", .sameAnswer(index: 1)),
    ] {
      #expect(reason(question, answers) == UnreadableText(field: field, reason: expected))
    }
    #expect(reason(String(long.dropLast()), Array(numbers.dropLast())) == nil)
  }
}
