// When the files of a context hold, and what an operator is told about that.

internal import COpenSSL

/// One certificate, revocation list or response of a context with its life. A value.
struct Validity: Sendable {
  enum Kind: Sendable {
    /// Of this server or client; a new set with an expired one is not taken.
    case ownCertificate
    /// Of an authority.
    case authority
    /// Of revoked certificates. When it is over, clients are refused, or it goes on to be used.
    case revocationList(isUsedWhenStale: Bool)
    /// To be stapled while it holds.
    case response
  }

  let kind: Kind
  /// File and place in it, for the operator.
  let what: String
  /// Seconds since 1970.
  let from: Int
  let until: Int

  /// What is wrong with it at `now`, or will be soon; nil when nothing is.
  func line(at now: Int) -> String? {
    switch kind {
    case .ownCertificate, .authority:
      if until < now { return "\(what) expired on \(Self.day(until)); bring a new one" }
      if until < now + TLSLimits.expiryWarningDays * 86_400 {
        return "\(what) expires on \(Self.day(until)); bring a new one"
      }
      return from > now ? "\(what) is not valid yet; check this machine's clock" : nil
    case .revocationList(let isUsedWhenStale):
      guard until < now || from > now else { return nil }
      let state = from > now ? "is not valid yet" : "ended on \(Self.day(until))"
      return "\(what) \(state); "
        + (isUsedWhenStale ? "it goes on to be used" : "its authority's clients are refused")
        + "; bring a new one"
    case .response:
      guard until <= now || from > now else { return nil }
      let state = from > now ? "is not valid yet" : "is stale since \(Self.day(until))"
      return "\(what) \(state) and is not stapled; bring a new one"
    }
  }

  /// `2026-01-31`, UTC.
  private static func day(_ seconds: Int) -> String {
    // Days to a civil date, after the proleptic Gregorian calendar's 400-year cycle of 146,097 days.
    let days = Int((Double(seconds) / 86_400).rounded(.down)) + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let dayOfEra = days - era * 146_097
    let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shifted + 2) / 5 + 1
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return "\(year + era * 400 + (month <= 2 ? 1 : 0))-\(two(month))-\(two(day))"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
