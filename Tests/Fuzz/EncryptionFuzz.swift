// Fuzzes what callers send as encrypted fields: messages with envelopes, and answers as callers read them.

import FieldEncryption
import Messages
import Sealing
import Vocabulary

let encryptionEntries = [
  FuzzEntry(name: "encryption-request") { feedRequest($0) },
  FuzzEntry(name: "encryption-sealed") { feedSealed($0) },
  FuzzEntry(name: "encryption-answer") { feedAnswer($0) },
]

/// Traps once an envelope with two paths comes through the checks of form.
let encryptionCanary = FuzzEntry(name: "canary-encryption") { feedSealed($0, isCanary: true) }

/// One key for all inputs: what is fuzzed is not the key.
private let fuzzKey: UnwrappingKey = {
  guard let pem = UnwrappingKey.generate(.x25519), let key = UnwrappingKey(pem: pem) else {
    preconditionFailure("no key")
  }
  return key
}()

private let fuzzRing = EncryptionKeyRing(
  entries: [.init(id: "k", state: .active, key: fuzzKey)], retired: ["old"])!

/// The whole message is the input.
private func feedRequest(_ input: UnsafeRawBufferPointer) {
  let bytes = Bytes(copying: input)
  for type in [CompareFacesRequest.descriptor, DetectLivenessRequest.descriptor] {
    let result = EnvelopeCheck.read(bytes, type, fuzzRing)
    precondition(result == nil, "nobody can guess a key")
  }
}

/// The input is the list of paths, and lengths of ciphertexts, in an envelope that is otherwise sound.
private func feedSealed(_ input: UnsafeRawBufferPointer, isCanary: Bool = false) {
  guard input.count < 1 << 14 else { return }
  var fields: [EncryptedField] = []
  for part in input.split(separator: 0) {
    let length = Int(part.first ?? 0)
    let path = String(decoding: part.dropFirst(), as: UTF8.self)
    fields.append(
      EncryptedField(path: path, ciphertext: Bytes([UInt8](repeating: 7, count: length))))
  }
  var message = DetectLivenessRequest(capture: Capture(frames: [CapturedFrame(), CapturedFrame()]))
  message.header = RequestHeader(
    encryption: Encryption(
      algorithm: .aes256Gcm, keyId: "k", wrappedKey: Bytes([UInt8](repeating: 9, count: 32)),
      messageId: Bytes([UInt8](repeating: 1, count: 16)), fields: fields))
  let isFormed = EnvelopeCheck.isFormed(
    message.encoded(), DetectLivenessRequest.descriptor, fuzzRing)
  precondition(!isCanary || !isFormed || fields.count < 2, "the canary was found")
  let result = EnvelopeCheck.read(message.encoded(), DetectLivenessRequest.descriptor, fuzzRing)
  precondition(result == nil, "nobody can guess a key")
}

/// As an answer to a message of ours.
private func feedAnswer(_ input: UnsafeRawBufferPointer) {
  guard let key = WrappingKey(der: fuzzKey.publicKey) else { preconditionFailure("no key") }
  let encryptor = FieldEncryptor(key: key, keyID: "k", account: "fuzz", cipher: .aes256GCM)
  let sealed = encryptor.seal(
    DetectLivenessRequest().encoded(), DetectLivenessRequest.descriptor, method: "m",
    answer: DetectLivenessResponse.descriptor, createdAtMillis: 0)
  let bytes = Bytes(copying: input)
  guard let opened = try? sealed?.answer.open(bytes) else { return }
  // Nothing was encrypted, or it could not be read.
  precondition(opened == bytes || opened.count <= bytes.count, "an answer from nowhere")
}
