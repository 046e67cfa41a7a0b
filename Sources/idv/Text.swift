// How numbers and columns look in the terminal.

internal import Dispatch

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

/// A peer's text without what a terminal would obey.
func plain(_ text: String) -> String {
  String(text.unicodeScalars.map { isControl($0) ? " " : Character($0) })
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
  scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
}

/// Prints a line that a pipe's reader gets now.
func printAtOnce(_ text: String) {
  print(text)
  fflush(nil)
}

/// All of standard input.
func readAll() -> String {
  var text = ""
  while let line = readLine(strippingNewline: false) { text += line }
  return text
}

/// Gives `body` each line of standard input, then nil, on a thread that may wait.
func readLines(_ body: @escaping @Sendable (String?) -> Void) {
  DispatchQueue(label: "standard input").async {
    while let line = readLine() { body(line) }
    body(nil)
  }
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
