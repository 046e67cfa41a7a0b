// How often one person's elements may be asked about, and what looks like guessing.

internal import Sealing
internal import Synchronization
package import Vocabulary

/// The most questions about one value of a field, of one account.
package struct FieldLimit: Sendable, Equatable {
  package let kind: ElementKind
  package let perDay: Int
  /// Nil: no limit a minute.
  package let perMinute: Int?

  package init(_ kind: ElementKind, perDay: Int, perMinute: Int? = nil) {
    self.kind = kind
    self.perDay = perDay
    self.perMinute = perMinute
  }
}

/// What questions are counted under. Raw values are text of settings and keys of counters.
package enum LimitGroup: String, Sendable, CaseIterable {
  case nameNumber = "name-number"
  case nameNumberDates = "name-number-dates"
  case cardPhoto = "card-photo"
  case phoneName = "phone-name"
  case phoneNameNumber = "phone-name-number"
  case phoneTime = "phone-time"
  case phoneStatus = "phone-status"
  case phoneRecycled = "phone-recycled"
  case cardName = "card-name"
  case cardNameNumber = "card-name-number"
  case cardNameNumberPhone = "card-name-number-phone"
  case cardInfo = "card-info"
  case minor
  case photoVerify = "photo-verify"
  case videoVerify = "video-verify"

  /// As Tencent Cloud publishes them (features.md §2.17); recycled numbers and age, which it does not list, as their kin.
  package var limits: [FieldLimit] {
    switch self {
    case .nameNumber: Self.nameNumberLimits
    case .nameNumberDates, .cardPhoto, .videoVerify: Self.identityLimits
    case .phoneName: Self.phoneNameLimits
    case .phoneNameNumber: Self.phoneNameNumberLimits
    case .phoneTime, .phoneStatus, .phoneRecycled: Self.phoneLimits
    case .cardName: Self.cardNameLimits
    case .cardNameNumber: Self.cardNameNumberLimits
    case .cardNameNumberPhone: Self.cardAllLimits
    case .cardInfo: Self.cardLimits
    case .minor: Self.minorLimits
    case .photoVerify: Self.photoLimits
    }
  }

  private static let usual = 500
  private static let nameNumberLimits = [
    FieldLimit(.name, perDay: 500), FieldLimit(.number, perDay: 1000),
  ]
  private static let identityLimits = [
    FieldLimit(.name, perDay: usual), FieldLimit(.number, perDay: usual),
  ]
  private static let phoneLimits = [FieldLimit(.phone, perDay: usual)]
  private static let phoneNameLimits = [FieldLimit(.name, perDay: usual)] + phoneLimits
  private static let phoneNameNumberLimits = identityLimits + phoneLimits
  private static let cardLimits = [FieldLimit(.card, perDay: usual)]
  private static let cardNameLimits = [FieldLimit(.name, perDay: usual)] + cardLimits
  private static let cardNameNumberLimits = identityLimits + cardLimits
  private static let cardAllLimits = identityLimits + phoneLimits + cardLimits
  private static let minorLimits = identityLimits + phoneLimits
  private static let photoLimits = [FieldLimit(.number, perDay: 30, perMinute: 15)]

  fileprivate var mark: UInt64 { UInt64(Self.allCases.firstIndex(of: self) ?? 0) + 1 }
}

/// What looks like guessing. Raw values are labels of metrics.
package enum AnomalySignal: String, Sendable, CaseIterable {
  /// Many names for one number: somebody looks for the right one.
  case namesForNumber = "names-for-number"
  /// Many numbers for one name.
  case numbersForName = "numbers-for-name"
  /// Many numbers that differ in their last digits alone: somebody counts through them.
  case enumeration
  /// Most answers of an account are no match.
  case fewMatches = "few-matches"
}

/// From when on something looks like guessing. Our choice: above what one person's typing errors and one family's
/// names reach in a day.
package struct AnomalyTerms: Sendable, Equatable {
  package var namesForNumber = 5
  package var numbersForName = 200
  package var numbersInRow = 10
  /// Of the last `matchWindow` answers that were a verdict.
  package var matchShareMin = 0.3
  package var matchWindow = 200

  package init() {}
}

/// How often a value may still be asked about.
package struct LimitReading: Sendable, Equatable {
  /// Nil: all calls of the account.
  package let kind: ElementKind?
  package let limit: Int
  package let remaining: Int
  /// Milliseconds since 1970 UTC.
  package let resets: Int64
  /// Whether it is a limit a minute, else a day.
  package let isOfMinute: Bool

  package init(
    kind: ElementKind?, limit: Int, remaining: Int, resets: Int64, isOfMinute: Bool = false
  ) {
    self.kind = kind
    self.limit = limit
    self.remaining = remaining
    self.resets = resets
    self.isOfMinute = isOfMinute
  }
}

/// What counting a question came to.
package struct LimitOutcome: Sendable {
  package var readings: [LimitReading]
  /// A limit was reached: the question was not counted and must not be put.
  package var isRefused: Bool
  package var signals: [AnomalySignal]
}

/// Counts questions by day and minute, for one process. Any thread.
///
/// It keeps no element and no hash of one: counts lie in sketches that are filled under a key drawn for the day and
/// destroyed with it, so that nothing of yesterday can be looked up, not even by who has today's memory.
package final class SubjectLimits: Sendable {
  private struct Day {
    /// Days and minutes since 1970 in UTC+8.
    var number: Int64
    var minute: Int64
    var key: FingerprintKey
    var ofDay: CountSketch
    var ofMinute: CountSketch
    /// Pairs of names and numbers, apart from the limits: the one must not fill the other.
    var ofSignals: CountSketch
    var accounts: [String: AccountDay] = [:]
  }

  private struct AccountDay {
    var questions = 0
    var matches: UInt64 = 0
    var verdicts = 0
    /// When a signal was last told, in minutes since 1970: once an hour is enough.
    var told: [AnomalySignal: Int64] = [:]
  }

  /// Terms of an operator.
  package struct Terms: Sendable {
    /// In place of `LimitGroup.limits`.
    package var overrides: [LimitGroup: [FieldLimit]] = [:]
    /// Questions of one account in a day; nil: any number.
    package var accountPerDay: Int?
    package var anomalies = AnomalyTerms()
    /// Size of the day's two sketches: 2^21 cells a row take 16 MiB each, whatever is counted. At two million different
    /// values a day counts are exact but for a few; at ten million they are too high by four or so, which limits of 500
    /// bear.
    package var cellsLog2 = 21

    package init() {}
  }

  private let terms: Terms
  private let unixMilliseconds: @Sendable () -> Int64
  private let day: Mutex<Day>

  /// Where the day ends: UTC+8, in milliseconds.
  private static let zone: Int64 = 8 * 3_600_000
  private static let dayMilliseconds: Int64 = 86_400_000
  private static let minuteCellsLog2 = 16
  /// Accounts whose signals are kept apart; a bound for strangers that there are none of: accounts are configured.
  private static let accountsMax = 100_000

  package init(_ terms: Terms = Terms(), unixMilliseconds: @escaping @Sendable () -> Int64) {
    self.terms = terms
    self.unixMilliseconds = unixMilliseconds
    let now = unixMilliseconds() + Self.zone
    day = Mutex(
      Day(
        number: now / Self.dayMilliseconds, minute: now / 60_000, key: FingerprintKey(),
        ofDay: CountSketch(cellsLog2: terms.cellsLog2),
        ofMinute: CountSketch(cellsLog2: Self.minuteCellsLog2),
        ofSignals: CountSketch(cellsLog2: terms.cellsLog2)))
  }

  /// Counts a question, unless a limit has been reached.
  /// - Parameter isExempt: on the operator's list of those that may be asked about without end.
  package func count(
    _ question: ElementQuestion, as group: LimitGroup, account: AccountID, isExempt: Bool = false
  ) -> LimitOutcome {
    let now = unixMilliseconds() + Self.zone
    let limits = terms.overrides[group] ?? group.limits
    // Outside the lock: the key is asked for first, so that fingerprints are made by all threads at once.
    let key = day.withLock { day in
      turn(&day, to: now)
      return day.key
    }
    let prints = Prints(question, key)
    return day.withLock { day in
      // The day may have ended in between; the question then counts for no day, once.
      guard day.key === key else {
        return LimitOutcome(readings: [], isRefused: false, signals: [])
      }
      return count(prints, limits, group, account, now, isExempt, &day)
    }
  }

  /// Notes what came of a question that was put.
  /// - Parameter isMatch: nil: no verdict.
  package func note(isMatch: Bool?, account: AccountID) -> [AnomalySignal] {
    guard let isMatch else { return [] }
    let minute = (unixMilliseconds() + Self.zone) / 60_000
    return day.withLock { day in
      guard day.accounts.count < Self.accountsMax || day.accounts[account.name] != nil else {
        return []
      }
      // A share that fades: each verdict weighs 1 in `matchWindow`.
      var own = day.accounts[account.name] ?? AccountDay()
      let window = UInt64(terms.anomalies.matchWindow)
      if own.verdicts >= Int(window) { own.matches -= own.matches / window }
      if own.verdicts < Int(window) { own.verdicts += 1 }
      if isMatch { own.matches += Self.whole }
      let share = Double(own.matches) / Double(Self.whole) / Double(own.verdicts)
      var signals: [AnomalySignal] = []
      if own.verdicts >= Int(window), share < terms.anomalies.matchShareMin,
        tell(.fewMatches, &own, minute)
      {
        signals.append(.fewMatches)
      }
      day.accounts[account.name] = own
      return signals
    }
  }

  private static let whole: UInt64 = 1 << 20

  /// Fingerprints of a question's elements under the day's key.
  private struct Prints {
    var name: KeyedFingerprint?
    var number: KeyedFingerprint?
    var phone: KeyedFingerprint?
    var card: KeyedFingerprint?
    /// The number without its last four characters.
    var numberRow: KeyedFingerprint?

    init(_ question: ElementQuestion, _ key: FingerprintKey) {
      name = question.name?.fingerprint(under: key)
      number = question.number?.fingerprint(under: key)
      phone = question.phone?.fingerprint(under: key)
      card = question.card?.fingerprint(under: key)
      if let number = question.number, number.hash == nil, number.count > 4 {
        numberRow = number.withBytes { bytes in
          key.fingerprint(of: UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - 4)]))
        }
      }
    }

    func of(_ kind: ElementKind) -> KeyedFingerprint? {
      switch kind {
      case .name: name
      case .number: number
      case .phone: phone
      case .card: card
      case .validFrom, .validUntil: nil
      }
    }
  }

  private func count(
    _ prints: Prints, _ limits: [FieldLimit], _ group: LimitGroup, _ account: AccountID,
    _ now: Int64, _ isExempt: Bool, _ day: inout Day
  ) -> LimitOutcome {
    var outcome = LimitOutcome(readings: [], isRefused: false, signals: [])
    let scope = UInt64(bitPattern: Int64(account.digest)) &* 0xD6E8_FEB8_6659_FD93
    let dayEnds = (day.number + 1) * Self.dayMilliseconds - Self.zone
    let minuteEnds = (day.minute + 1) * 60_000 - Self.zone
    func subject(_ limit: FieldLimit, of print: KeyedFingerprint) -> CountSketch.Subject {
      let kind = UInt64(ElementKind.allCases.firstIndex(of: limit.kind) ?? 0)
      return CountSketch.Subject(print, purpose: scope ^ (group.mark << 8 | kind))
    }
    // All are looked at before any is counted: a question that is not put counts nowhere.
    if !isExempt {
      for limit in limits {
        guard let print = prints.of(limit.kind) else { continue }
        let subject = subject(limit, of: print)
        if day.ofDay.count(of: subject) >= limit.perDay {
          outcome.isRefused = true
          outcome.readings.append(
            LimitReading(kind: limit.kind, limit: limit.perDay, remaining: 0, resets: dayEnds))
        } else if let perMinute = limit.perMinute, day.ofMinute.count(of: subject) >= perMinute {
          outcome.isRefused = true
          outcome.readings.append(
            LimitReading(
              kind: limit.kind, limit: perMinute, remaining: 0, resets: minuteEnds,
              isOfMinute: true))
        }
      }
    }
    var own = day.accounts[account.name] ?? AccountDay()
    if let perDay = terms.accountPerDay, own.questions >= perDay {
      outcome.isRefused = true
      outcome.readings.append(
        LimitReading(kind: nil, limit: perDay, remaining: 0, resets: dayEnds))
    }
    guard !outcome.isRefused else { return outcome }
    outcome.readings.reserveCapacity(limits.count + 1)
    for limit in limits where !isExempt {
      guard let print = prints.of(limit.kind) else { continue }
      let subject = subject(limit, of: print)
      let used = day.ofDay.add(subject)
      let left = LimitReading(
        kind: limit.kind, limit: limit.perDay, remaining: max(0, limit.perDay - used),
        resets: dayEnds)
      guard let perMinute = limit.perMinute else {
        outcome.readings.append(left)
        continue
      }
      let inMinute = LimitReading(
        kind: limit.kind, limit: perMinute,
        remaining: max(0, perMinute - day.ofMinute.add(subject)), resets: minuteEnds,
        isOfMinute: true)
      outcome.readings += [left, inMinute]
    }
    own.questions += 1
    if let perDay = terms.accountPerDay {
      outcome.readings.append(
        LimitReading(
          kind: nil, limit: perDay, remaining: max(0, perDay - own.questions), resets: dayEnds))
    }
    outcome.signals = signals(prints, scope, day.minute, &own, &day.ofSignals)
    day.accounts[account.name] = own
    return outcome
  }

  /// Counts different names of a number, different numbers of a name and of a row.
  private func signals(
    _ prints: Prints, _ scope: UInt64, _ minute: Int64, _ own: inout AccountDay,
    _ sketch: inout CountSketch
  ) -> [AnomalySignal] {
    guard let number = prints.number else { return [] }
    var signals: [AnomalySignal] = []
    func count(
      _ signal: AnomalySignal, _ thing: KeyedFingerprint, _ purpose: UInt64, _ limit: Int
    ) {
      let reached = sketch.add(CountSketch.Subject(thing, purpose: scope ^ purpose)) >= limit
      if reached, tell(signal, &own, minute) { signals.append(signal) }
    }
    if let name = prints.name {
      let pair = CountSketch.Subject(name, number, purpose: scope ^ 0x7001)
      if sketch.count(of: pair) == 0 {
        sketch.add(pair)
        count(.namesForNumber, number, 0x7002, terms.anomalies.namesForNumber)
        count(.numbersForName, name, 0x7003, terms.anomalies.numbersForName)
      }
    }
    if let row = prints.numberRow {
      let pair = CountSketch.Subject(row, number, purpose: scope ^ 0x7004)
      if sketch.count(of: pair) == 0 {
        sketch.add(pair)
        count(.enumeration, row, 0x7005, terms.anomalies.numbersInRow)
      }
    }
    return signals
  }

  /// Whether a signal is told now: once an hour and account.
  private func tell(_ signal: AnomalySignal, _ own: inout AccountDay, _ minute: Int64) -> Bool {
    if let last = own.told[signal], minute - last < 60 { return false }
    own.told[signal] = minute
    return true
  }

  /// Ends the day, and the minute: keys and counts of what is over are destroyed.
  private func turn(_ day: inout Day, to now: Int64) {
    let number = now / Self.dayMilliseconds
    let minute = now / 60_000
    // A clock that is put back by less than a day goes on in the day that it had.
    if number > day.number || number < day.number - 1 {
      day.number = number
      day.key = FingerprintKey()
      day.ofDay.clear()
      day.ofSignals.clear()
      day.accounts = [:]
    }
    if minute != day.minute {
      day.minute = minute
      day.ofMinute.clear()
    }
  }
}
