// The key of a registry, from a file that only its owner reads.

internal import Glibc
internal import Sealing

extension RegistryHash {
  /// Reads 32 to 64 bytes (`head -c 32 /dev/urandom`). The copy that was read is overwritten.
  package init(keyFile path: String) throws(RegistryFault) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw RegistryFault(.missing, "the key file cannot be read") }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw RegistryFault(.missing, "the key file is no file")
    }
    guard status.st_mode & (S_IRWXG | S_IRWXO) == 0 else {
      throw RegistryFault(.refused, "others may read the key file; chmod 600 it")
    }
    var key = [UInt8](repeating: 0, count: RegistryLimits.keyBytes.upperBound + 1)
    let count = key.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
    defer { key.withUnsafeMutableBytes { overwrite($0) } }
    guard RegistryLimits.keyBytes.contains(count) else {
      throw RegistryFault(
        .refused, "a key file holds 32 to 64 bytes: head -c 32 /dev/urandom > FILE")
    }
    self.init(
      key.withUnsafeBytes { KeyedCode(borrowing: UnsafeRawBufferPointer(rebasing: $0[..<count])) })
  }
}

/// Overwrites bytes in a way that no optimiser leaves out.
package func overwrite(_ bytes: UnsafeMutableRawBufferPointer) {
  if let base = bytes.baseAddress { explicit_bzero(base, bytes.count) }
}
