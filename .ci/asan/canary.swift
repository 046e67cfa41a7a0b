// What the address sanitizer must report: planted for .ci/asan.sh.

import Glibc

/// Reads one byte behind a block.
func overrun() -> UInt8 {
  let block = UnsafeMutablePointer<UInt8>.allocate(capacity: 16)
  defer { block.deallocate() }
  block.initialize(repeating: 1, count: 16)
  return block[CommandLine.arguments.count + 14]
}

/// Forgets a block.
func lose() { _ = malloc(815) }

if CommandLine.arguments.last == "leak" { lose() } else { exit(Int32(overrun()) - 1) }
