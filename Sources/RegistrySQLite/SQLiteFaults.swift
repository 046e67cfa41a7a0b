// What SQLite says, in the words of registries.

internal import GRDB
internal import Registry

extension RegistryFault {
  /// SQLite's text is left out: it may quote values.
  init(_ error: any Error, _ doing: String) {
    guard let error = error as? DatabaseError else {
      self = error as? RegistryFault ?? RegistryFault(.inputOutput, "\(doing) failed")
      return
    }
    let code = "SQLite \(error.extendedResultCode.rawValue)"
    self =
      switch error.resultCode {
      case .SQLITE_BUSY, .SQLITE_LOCKED:
        RegistryFault(.locked, "\(doing): another program keeps the file locked (\(code))")
      case .SQLITE_CORRUPT:
        RegistryFault(.corrupt, "\(doing): the file is damaged (\(code)); import it anew")
      case .SQLITE_NOTADB, .SQLITE_FORMAT:
        RegistryFault(.notARegistry, "\(doing): the file is no SQLite database (\(code))")
      case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
        RegistryFault(.missing, "\(doing): the file cannot be opened (\(code))")
      case .SQLITE_ERROR:
        RegistryFault(.notARegistry, "\(doing): it has not the tables of a registry (\(code))")
      default: RegistryFault(.inputOutput, "\(doing) failed (\(code))")
      }
  }

  /// Runs `body`; what it throws becomes a fault.
  static func wrapping<R>(_ doing: String, _ body: () throws -> R) throws(RegistryFault) -> R {
    do { return try body() } catch { throw RegistryFault(error, doing) }
  }
}
