// What a handler knows about the call it answers.

package import Observability
package import Vocabulary

/// Everything about a call but its message. A value: handlers may keep or send it as they like.
/// Cancellation is the task's own: when the caller gives up, the deadline passes or the connection
/// is lost, the handler's task is cancelled.
package struct CallContext: Sendable {
  /// Names the call in answers, logs and records.
  package let id: CallID
  /// Who calls. Set by authentication, before any handler runs.
  package var account: Account
  /// When nobody waits any more; always set.
  package var deadline: Deadline
  private let call: IncomingCall
  private let processLog: Log

  /// A logger whose lines carry call id and account. Made when asked for: most calls never log.
  package var log: Log {
    processLog.with(.call, .operatorText(id.description))
      .with(.account, .operatorText(account.id.name))
  }

  package var method: MethodName { call.method }

  package var metadata: Metadata { call.metadata }

  /// When the last byte of the request arrived.
  package var received: Moment { call.received }

  /// Streams, headers and trailers.
  package var channel: any CallChannel { call.channel }

  package init(
    _ call: IncomingCall, id: CallID, account: Account, deadline: Deadline, processLog: Log
  ) {
    self.id = id
    self.call = call
    self.account = account
    self.deadline = deadline
    self.processLog = processLog
  }
}
