// Where a command finds what services and messages there are: the server's own description, or this build's.

internal import ArgumentParser
internal import Introspection
internal import Messages
internal import RPC

struct SchemaOptions: ParsableArguments {
  @Flag(help: "Use the schema of this build instead of asking the server.")
  var local = false

  /// The schema that declares `symbols`: the server's by reflection, or this build's when the server has none.
  func schema(
    of symbols: [String], over caller: any Caller, _ options: CallOptions
  ) async throws -> DynamicSchema {
    if local { return try Catalog.schema() }
    do {
      return try await RemoteSchema(caller, options: options).schema(containing: symbols)
    } catch is ReflectionAbsent {
      return try fallBack()
    }
  }

  /// Full names of all services.
  func services(over caller: any Caller, _ options: CallOptions) async throws -> [String] {
    if local { return try Catalog.schema().services }
    do {
      return try await RemoteSchema(caller, options: options).services()
    } catch is ReflectionAbsent {
      return try fallBack().services
    }
  }

  private func fallBack() throws -> DynamicSchema {
    note("idv: the server has no reflection; this build's schema is used")
    return try Catalog.schema()
  }
}

extension ConnectionOptions {
  /// As `withCaller`, for commands about schemas.
  func withSchema<R>(
    _ schema: SchemaOptions, of symbols: [String],
    _ body: (DynamicSchema, any Caller, CallOptions) async throws -> R
  ) async throws -> R {
    try await withCaller { caller, options in
      let found = try await schema.schema(of: symbols, over: caller, options)
      return try await body(found, caller, options)
    }
  }
}
