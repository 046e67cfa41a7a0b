// Steps that every call passes on its way to the handler.

/// Goes on to the next interceptor or, at the end, to the handler.
package typealias NextStep = @Sendable (IncomingCall, CallContext) async -> CallOutcome

/// One such step: it may answer itself, change the context or look at the outcome. It must call `next` at
/// most once, and must not answer OK without it.
package protocol Interceptor: Sendable {
  func intercept(
    _ call: IncomingCall, _ context: CallContext, next: NextStep
  ) async -> CallOutcome
}
