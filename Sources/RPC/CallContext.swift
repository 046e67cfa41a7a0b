// What a handler knows about the call it answers.

package import Observability
package import Vocabulary

/// Everything about a call but its message. A value: handlers may keep or send it as they like.
/// Cancellation is the task's own: when the caller gives up, the deadline passes or the connection
/// is lost, the handler's task is cancelled.
package struct CallContext: Sendable {
  /// Names the call in answers, logs and records.
  package let id: CallID
  package let method: MethodName
  /// Who calls. Set by authentication, before any handler runs.
  package var account: Account
  /// When nobody waits any more; always set.
  package var deadline: Deadline
  package let metadata: Metadata
  /// When the last byte of the request arrived.
  package let received: Moment
  /// Streams, headers and trailers.
  package let channel: any CallChannel
  private let processLog: Log

  /// A logger whose lines carry call id and account. Made when asked for: most calls never log.
  package var log: Log {
    processLog.with(.call, .operatorText(id.description))
      .with(.account, .operatorText(account.id.name))
  }

  package init(
    id: CallID, method: MethodName, account: Account, deadline: Deadline, metadata: Metadata,
    received: Moment, channel: any CallChannel, processLog: Log
  ) {
    self.id = id
    self.method = method
    self.account = account
    self.deadline = deadline
    self.metadata = metadata
    self.received = received
    self.channel = channel
    self.processLog = processLog
  }
}
