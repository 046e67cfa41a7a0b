// The service idv.v1.Keys: what callers encrypt personal fields with.

package import FieldEncryption
package import Messages
package import RPC
internal import Stubs
package import Vocabulary

/// Handles `idv.v1.Keys`. Safe from any thread.
package struct KeysHandlers: KeysService {
  private let desk: EncryptionDesk
  private let scenes: Scenes

  package init(desk: EncryptionDesk, scenes: Scenes) {
    self.desk = desk
    self.scenes = scenes
  }

  /// The server's keys for encrypting fields, the preferred one first.
  package func getEncryptionKeys(
    _ request: GetEncryptionKeysRequest, in call: CallContext
  ) async throws(ServiceError) -> GetEncryptionKeysResponse {
    let header = try CheckedHeader(request.header, scenes: scenes)
    let keys = desk.publishedKeys
    var response = GetEncryptionKeysResponse()
    response.header = ResponseHeader(
      call, header, .information, advice: .none, policy: "", models: [])
    response.keys = keys
    response.account = call.account.id.name
    response.algorithms = keys.isEmpty ? [] : [.aes256Gcm, .sm4Gcm]
    response.serverUnixMs = desk.now
    response.messageAgeSecondsMax = UInt32(clamping: desk.terms.replays.ageMaxMillis / 1000)
    response.required = desk.terms.requiredAccounts.contains(call.account.id)
    return response
  }
}
