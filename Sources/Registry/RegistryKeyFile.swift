// The key of a registry, from a file that only its owner reads.

internal import Glibc
internal import Sealing

extension RegistryHash {
  /// Reads 32 to 64 bytes (`head -c 32 /dev/urandom`). The copy that was read is overwritten.
  package init(keyFile path: String) throws(RegistryFault) {
    let key: SecretBytes
    do throws(SecretFile.Failure) {
      key = try SecretFile.read(path, bytes: RegistryLimits.keyBytes)
    } catch {
      switch error {
      case .unreadable: throw RegistryFault(.missing, "the key file cannot be read")
      case .noFile: throw RegistryFault(.missing, "the key file is no file")
      case .shared: throw RegistryFault(.refused, "others may read the key file; chmod 600 it")
      case .size:
        throw RegistryFault(
          .refused, "a key file holds 32 to 64 bytes: head -c 32 /dev/urandom > FILE")
      }
    }
    self.init(key.withUnsafeBytes { KeyedCode(borrowing: $0) })
  }
}

/// Overwrites bytes in a way that no optimiser leaves out.
package func overwrite(_ bytes: UnsafeMutableRawBufferPointer) {
  if let base = bytes.baseAddress { explicit_bzero(base, bytes.count) }
}
