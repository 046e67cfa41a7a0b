// How numbers and columns look in the terminal.

#if canImport(Glibc)
  internal import Glibc
#endif

/// Fixed-point text without Foundation.
func fixed(_ value: Double, _ decimals: Int) -> String {
  guard value.isFinite else { return "–" }
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let scaled = (abs(value) * scale).rounded()
  guard scaled < 1e15 else { return "\(value)" }
  let digits = String(Int(scaled))
  let sign = value < 0 && scaled > 0 ? "-" : ""
  guard decimals > 0 else { return sign + digits }
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
  return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
}

/// A rate as a percentage.
func percent(_ rate: Double, _ decimals: Int = 2) -> String { fixed(rate * 100, decimals) + " %" }

/// `text` filled up with blanks on the right.
func left(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}

/// `text` filled up with blanks on the left.
func right(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

/// Writes a line to standard error: progress and remarks, never results.
func note(_ text: String) {
  writeError(text + "\n")
}

/// Replaces the current line of standard error.
func noteInPlace(_ text: String) {
  writeError("\r" + text)
}

private func writeError(_ text: String) {
  let bytes = Array(text.utf8)
  _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
