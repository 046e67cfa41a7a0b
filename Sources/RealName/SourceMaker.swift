// How sources come from the operator's file: by kind, from the entry's JSON.

/// Makes a source of one entry of `realName.sourcesFile`. Called once, at start-up.
/// - Parameter json: the entry as UTF-8 JSON, with the keys `kind`, `order` and `weight` that are not the source's.
/// - Throws: one line for the operator; it names keys and files, no secret.
package typealias SourceMaker = @Sendable (_ json: [UInt8]) throws -> any AuthoritySource
