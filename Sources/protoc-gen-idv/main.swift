// protoc-gen-idv: run by protoc it writes Swift; `protoc-gen-idv patch IN OUT` prepares descriptors
// for protoc-c.

internal import StubGen

Command.run(Array(CommandLine.arguments.dropFirst()))
