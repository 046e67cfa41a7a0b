// Times and numbers as people write and read them.

/// Lengths of time in text: `250ms`, `10s`, `1.5m`.
package enum TimeText {
  private static let units: [(name: String, seconds: Double)] = [
    ("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600),
  ]

  /// The seconds that `text` says; nil when it is not a time of 0 or more. A bare number is seconds.
  package static func seconds(_ text: String) -> Double? {
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = text[number.endIndex...]
    guard let value = Double(number), value.isFinite else { return nil }
    if unit.isEmpty { return value }
    return units.first { $0.name == unit }.map { value * $0.seconds }
  }

  /// Nanoseconds to three significant digits: `850 µs`, `12.4 ms`, `3.02 s`.
  package static func latency(_ nanoseconds: Int64) -> String {
    let value = Double(nanoseconds)
    return switch value {
    case ..<1e3: "\(nanoseconds) ns"
    case ..<999.5e3: significant(value / 1e3) + " µs"
    case ..<999.5e6: significant(value / 1e6) + " ms"
    default: significant(value / 1e9) + " s"
    }
  }

  /// Seconds: `2.5 s`, `10 s`, `3 min 20 s`.
  package static func length(_ seconds: Double) -> String {
    guard seconds.isFinite else { return "–" }
    guard seconds >= 120 else {
      return DecimalText.trimmed(seconds, seconds < 10 ? 2 : 1) + " s"
    }
    let whole = Int(seconds.rounded())
    return "\(whole / 60) min" + (whole % 60 == 0 ? "" : " \(whole % 60) s")
  }

  private static func significant(_ value: Double) -> String {
    DecimalText.fixed(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0)
  }
}

/// Numbers in text, without Foundation and the same in every locale.
package enum DecimalText {
  /// Fixed-point text; `–` for what is not a number.
  package static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "–" }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = Int((abs(value) * scale).rounded())
    let digits = String(scaled)
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// Fixed-point text without zeros at its end.
  package static func trimmed(_ value: Double, _ decimals: Int) -> String {
    var text = fixed(value, decimals)
    guard text.contains(".") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// A whole number with its thousands apart: `12,345`.
  package static func grouped(_ value: Int) -> String {
    let digits = String(abs(value))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return value < 0 ? "-" + text : text
  }

  /// Calls a second: `48,310`, `19.7`.
  package static func rate(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    return value >= 1000 ? grouped(Int(value.rounded())) : trimmed(value, value < 100 ? 1 : 0)
  }

  /// Bytes in decimal units: `1.23 MB`.
  package static func bytes(_ value: Double) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"]
    var rest = value
    var unit = 0
    while rest >= 999.5, unit < units.count - 1 {
      rest /= 1000
      unit += 1
    }
    return fixed(rest, unit == 0 || rest >= 99.95 ? 0 : rest < 9.995 ? 2 : 1) + " " + units[unit]
  }

  /// A share as a percentage: `0.12 %`, `100 %`.
  package static func percent(_ share: Double) -> String {
    guard share.isFinite else { return "–" }
    return trimmed(share * 100, share < 0.1 ? 3 : 1) + " %"
  }

  /// `text` filled up with blanks on the left to `width`.
  static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// `text` filled up with blanks on the right to `width`.
  static func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
