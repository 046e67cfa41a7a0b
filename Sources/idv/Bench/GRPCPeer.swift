// grpcio as the peer of `idv bench rpc`: its asyncio server and client, both from one short script.

internal import Foundation

/// Measures grpcio's server under its own client, 8 connections × 8 calls in flight. Nil when it is
/// not installed.
func measureGRPC(_ options: RPCBenchOptions) throws -> RPCBenchCase? {
  guard let python = options.python else { return nil }
  let environment = ["PYTHONPATH": python.modules, "GRPC_VERBOSITY": "NONE"]
  guard (try? runPython(python.interpreter, ["-c", "import grpc"], environment)) != nil else {
    return nil
  }
  note("grpcio")
  let identity = options.identity
  let server = try BenchChild(
    python.interpreter,
    [
      "-c", grpcScript, "server", identity.authority, identity.serverCertificate,
      identity.serverKey,
    ], environment: environment)
  defer { server.stop() }
  let calls = max(1000, min(options.calls / 20, 20_000))
  let before = server.cpuMicros
  let answer = try runPython(
    python.interpreter,
    [
      "-c", grpcScript, "client", identity.authority, identity.clientCertificate,
      identity.clientKey, "\(server.port)", "\(calls)",
    ], environment)
  let used = server.cpuMicros - before
  let figures = answer.split(separator: " ").compactMap { Double($0.filter { $0 != "\n" }) }
  guard figures.count == 3 else {
    throw BenchChild.StartFailed(description: "its client gave no figures")
  }
  return RPCBenchCase(
    name: "small", server: "grpcio", callsPerSecond: figures[0],
    serverCPUMicrosPerCall: used / Double(calls), p50Micros: figures[1], p99Micros: figures[2],
    rssMB: Double(server.residentBytes) / 1e6)
}

/// Runs Python to its end; returns what it printed.
private func runPython(
  _ interpreter: String, _ arguments: [String], _ environment: [String: String]
) throws -> String {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = [interpreter] + arguments
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  let output = Pipe()
  process.standardOutput = output
  process.standardError = FileHandle.nullDevice
  process.standardInput = FileHandle.nullDevice
  try process.run()
  let said = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw BenchChild.StartFailed(description: "its script failed")
  }
  return String(decoding: said, as: UTF8.self)
}

/// Arguments: `server CA CERT KEY`, or `client CA CERT KEY PORT CALLS`. Messages are plain bytes:
/// no protobuf is measured on either side.
private let grpcScript = """
  import asyncio, sys, time
  import grpc

  role, authority, certificate, key = sys.argv[1:5]
  read = lambda path: open(path, "rb").read()

  async def serve():
      async def echo(request, context):
          return request
      handler = grpc.method_handlers_generic_handler(
          "idv.bench.Yardstick", {"Echo": grpc.unary_unary_rpc_method_handler(echo)})
      server = grpc.aio.server()
      server.add_generic_rpc_handlers((handler,))
      credentials = grpc.ssl_server_credentials(
          [(read(key), read(certificate))], read(authority), require_client_auth=True)
      port = server.add_secure_port("127.0.0.1:0", credentials)
      await server.start()
      print("ready", port, flush=True)
      await server.wait_for_termination()

  async def load(port, calls):
      credentials = grpc.ssl_channel_credentials(read(authority), read(key), read(certificate))
      options = [("grpc.use_local_subchannel_pool", 1)]
      channels = [grpc.aio.secure_channel(f"localhost:{port}", credentials, options) for _ in range(8)]
      methods = [channel.unary_unary("/idv.bench.Yardstick/Echo") for channel in channels]
      payload = b"a" * 32
      for method in methods:
          await method(payload)
      times = []
      async def caller(method, count):
          for _ in range(count):
              began = time.perf_counter()
              await method(payload)
              times.append(time.perf_counter() - began)
      began = time.perf_counter()
      await asyncio.gather(*(caller(method, calls // 64) for method in methods for _ in range(8)))
      seconds = time.perf_counter() - began
      times.sort()
      print(len(times) / seconds, times[len(times) // 2] * 1e6, times[len(times) * 99 // 100] * 1e6)
      for channel in channels:
          await channel.close()

  asyncio.run(serve() if role == "server" else load(int(sys.argv[5]), int(sys.argv[6])))
  """
