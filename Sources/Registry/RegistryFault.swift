// Why a registry gives no answer. None of these is ever "the elements do not belong together".

/// A registry that cannot be asked now, or a file that cannot be imported. Never holds personal data.
package struct RegistryFault: Error, Sendable, Equatable {
  package let reason: Reason
  /// For operators: what failed and what to do; no element, no path that a caller could see.
  package let detail: String

  package init(_ reason: Reason, _ detail: String) {
    self.reason = reason
    self.detail = detail
  }

  /// Closed set; each is a way to be unavailable.
  package enum Reason: String, Sendable, CaseIterable {
    /// There is no such file or server, or it cannot be opened.
    case missing
    /// It is something else: not a registry, or one that another program made.
    case notARegistry
    /// A registry of a format that this program does not know.
    case otherFormat
    /// Its entries were made with another key: nothing would ever be found in it.
    case otherKey
    /// The database says it is damaged, or an entry is not one.
    case corrupt
    /// Somebody else keeps it locked.
    case locked
    /// Reading or writing failed.
    case inputOutput
    /// The server of the database broke off, refused or does not know us.
    case connection
    /// No answer within the time there was.
    case deadline
    /// Too many lookups wait already.
    case overloaded
    /// It is shut down.
    case closed
    /// An import could not be done as asked; nothing was changed.
    case refused
    /// A portrait was made by other models than those that would compare with it.
    case otherModels
  }
}

extension RegistryFault: CustomStringConvertible {
  package var description: String { "registry \(reason.rawValue): \(detail)" }
}
