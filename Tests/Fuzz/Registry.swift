// The list of decoders that are fuzzed, and libFuzzer's two entry points.
//
// Built by `.ci/fuzz.sh` only, with the fuzzer and the address sanitizer. `IDV_FUZZ` names the entry to
// feed; without it the names are printed, for `canaries` those of the canaries. Each decoder has a file beside this
// one.

import Glibc

/// One decoder under fuzzing.
struct FuzzEntry: Sendable {
  /// What `IDV_FUZZ` calls it.
  let name: String
  /// Feeds it one input, whole or cut as the input itself says. Returns when the decoder has had
  /// enough; whatever is wrong traps.
  let feed: @Sendable (UnsafeRawBufferPointer) -> Void
}

/// Every entry. The canaries are not among them: they must be found, these must not.
let registry: [FuzzEntry] =
  mediaEntries + videoEntries + messageEntries + schemaEntries + wireEntries + compressionEntries
  + numberEntries + attestationEntries + encryptionEntries + spokenTextEntries

/// Crashes on input that only a fuzzer which sees coverage finds soon: proof that the harness detects.
let canary = FuzzEntry(name: "canary") { input in
  let secret: StaticString = "idv!"
  guard input.count >= secret.utf8CodeUnitCount else { return }
  var matching = 0
  secret.withUTF8Buffer { bytes in
    while matching < bytes.count, input[matching] == bytes[matching] { matching += 1 }
  }
  precondition(matching < secret.utf8CodeUnitCount, "the canary was found, as it must be")
}

/// What the leak canary holds; everything it held before is lost.
private nonisolated(unsafe) var held: UnsafeMutableRawPointer?

/// Loses memory on nearly every input: proof that what is leaked is found.
let leakCanary = FuzzEntry(name: "canary-leak") { input in
  guard input.count > 3 else { return }
  held = malloc(100 + input.count)
}

/// Each harness with a trap at a state that it has to reach.
let canaries = [
  canary, leakCanary, frameCanary, serverCanary, clientCanary, pairCanary, envelopeCanary,
  scanCanary, schemaCanary, compressionCanary, numberCanary, videoCanary, attestationCanary,
  encryptionCanary, spokenTextCanary,
]

/// Chosen once by `LLVMFuzzerInitialize`, before the first input.
private nonisolated(unsafe) var chosen = canary

/// Reads `IDV_FUZZ`; `seeds` writes clips to start from into the folder `IDV_FUZZ_SEEDS`. libFuzzer calls it once at
/// the start.
@_cdecl("LLVMFuzzerInitialize")
func initializeFuzzer(
  _ argumentCount: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
  guard let wanted = getenv("IDV_FUZZ").map({ String(cString: $0) }) else {
    for entry in registry { print(entry.name) }
    exit(0)
  }
  if wanted == "canaries" {
    for entry in canaries { print(entry.name) }
    exit(0)
  }
  if wanted == "seeds" {
    writeVideoSeeds(to: getenv("IDV_FUZZ_SEEDS").map { String(cString: $0) } ?? ".")
    exit(0)
  }
  guard let entry = (registry + canaries).first(where: { $0.name == wanted }) else {
    print("no fuzz entry is called \(wanted)")
    exit(2)
  }
  chosen = entry
  return 0
}

/// Takes one input from libFuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  chosen.feed(UnsafeRawBufferPointer(start: start, count: count))
  return 0
}
