// What short answers mean: which of them say the same, and which say the opposite. A reviewed list, nothing learnt.

/// The meaning of an answer to a question of consent.
package enum AnswerMeaning: String, Sendable, CaseIterable {
  /// Yes, as such.
  case affirmation
  /// I agree, I am willing, I accept.
  case agreement
  /// I know, I understand, I have read it.
  case knowledge
  /// There is: to "is there anything …".
  case presence
  /// No, as such.
  case denial
  /// I do not agree.
  case refusal
  /// I do not know.
  case ignorance
  /// There is not.
  case absence
  /// That something is wrong, forced or another's doing: what it says of the matter depends on the question.
  case objection

  /// The answers of this meaning, in simplified Chinese. Each has at most `SpokenTextLimits.answerCharactersMax`
  /// characters, and none is in two lists.
  package var answers: [String] {
    switch self {
    case .affirmation:
      [
        "是", "是的", "我是", "对", "对的", "没错", "正确", "嗯", "嗯是的", "是这样", "是这样的", "对是的", "属实", "是本人",
        "我是本人",
        "是我本人", "是我本人操作", "本人操作", "是本人操作", "是我自己", "我自己",
      ]
    case .agreement:
      [
        "同意", "我同意", "本人同意", "同意的", "我同意的", "是的我同意", "是的同意", "是同意的", "愿意", "我愿意", "本人愿意", "愿意的",
        "是的我愿意", "是的愿意", "自愿", "我自愿", "自愿的", "我是自愿的", "是自愿的", "本人自愿", "接受", "我接受", "可以", "可以的",
        "我可以", "行", "好", "好的", "没问题", "没有问题", "确认", "我确认", "本人确认", "确认同意", "授权", "我授权", "同意授权",
        "认可",
        "我认可", "能接受", "可以接受", "能够接受", "我能接受", "我可以接受",
      ]
    case .knowledge:
      [
        "知道", "知道了", "知道的", "我知道", "我知道了", "是的我知道", "是的知道", "知晓", "我知晓", "已知晓", "我已知晓", "本人知晓",
        "本人已知晓", "知悉", "已知悉", "我已知悉", "清楚", "清楚了", "清楚的", "我清楚", "是的我清楚", "明白", "明白了", "明白的", "我明白",
        "我明白了", "是的我明白", "了解", "了解了", "了解的", "我了解", "我已了解", "已了解", "是的我了解", "理解", "我理解", "阅读了",
        "已阅读", "我已阅读", "看过了", "我看过了", "已经知道", "我已经知道了", "充分了解",
      ]
    case .presence: ["有", "有的", "我有", "是有的", "存在"]
    case .denial:
      [
        "不", "不是", "不是的", "我不是", "不对", "错", "错的", "不正确", "不属实",
      ]
    case .refusal:
      [
        "不同意", "我不同意", "本人不同意", "不愿意", "我不愿意", "不愿", "我不愿", "不自愿", "我不是自愿的", "不是自愿的", "不接受",
        "我不接受", "不可以", "我不可以", "不行", "不好", "不能", "不确认", "我不确认", "不授权", "我不授权", "不认可", "拒绝",
        "我拒绝", "反对", "我反对", "不能接受", "不可接受", "不想", "我不想", "不要", "我不要",
      ]
    case .ignorance:
      [
        "不知道", "我不知道", "不知晓", "我不知晓", "未知晓", "不知悉", "不清楚", "我不清楚", "不明白", "我不明白", "不了解", "我不了解",
        "未了解", "不理解", "我不理解", "没阅读", "没有阅读", "未阅读", "没看过", "没有看过", "不太清楚", "不太明白", "不太了解",
      ]
    case .absence: ["没有", "我没有", "没有的", "没", "无", "不存在", "没有异议", "无异议"]
    case .objection:
      ["被迫的", "有问题", "不是我", "不是本人", "不是我本人", "非本人", "不是本人操作", "别人操作"]
    }
  }

  /// What may stand for an answer of this meaning. A plain yes answers any question of the first three kinds; that something
  /// is known is no consent, and consent does not show that something is known. An objection stands for nothing else, and
  /// no other one for it: "forced" is no plain no to "does anybody force you".
  package var near: [AnswerMeaning] {
    switch self {
    case .affirmation: [.affirmation, .agreement]
    case .agreement: [.agreement, .affirmation]
    case .knowledge: [.knowledge, .affirmation]
    case .denial: [.denial, .refusal]
    case .refusal: [.refusal, .denial]
    case .ignorance: [.ignorance, .denial]
    case .presence: [.presence]
    case .absence: [.absence]
    case .objection: []
    }
  }

  /// What an answer of this meaning must not be mistaken for.
  package var opposite: [AnswerMeaning] {
    switch self {
    case .affirmation, .agreement: [.refusal, .denial, .objection]
    case .knowledge: [.ignorance, .denial]
    case .denial, .refusal, .objection: [.agreement, .affirmation]
    case .ignorance: [.knowledge, .affirmation]
    case .presence: [.absence]
    case .absence: [.presence]
    }
  }

  /// The meaning of `answer`, whose punctuation and form of characters do not matter; nil if it is not on the list.
  package static func of(_ answer: String, pinyin: PinyinTable) -> AnswerMeaning? {
    let plain = AnswerSet.plain(answer, pinyin)
    return allCases.first { $0.answers.contains(plain) }
  }
}
