// grpcio as a peer of `idv bench rpc`: its asyncio server, as one short script.

/// Arguments: AUTHORITY CERTIFICATE KEY THREADS. Messages are plain bytes, as in every other server of the
/// bench. Its event loop is one thread by design; the rest of `threads` is its own affair.
let grpcScript = """
  import asyncio, sys
  import grpc

  authority, certificate, key = sys.argv[1:4]
  read = lambda path: open(path, "rb").read()

  async def echo(request, context):
      return request

  async def upload(request, context):
      return bytes(16)

  async def download(request, context):
      return bytes(int.from_bytes(request[:4], "big"))

  async def serve():
      methods = {"Echo": echo, "Upload": upload, "Download": download}
      handlers = {n: grpc.unary_unary_rpc_method_handler(m) for n, m in methods.items()}
      server = grpc.aio.server()
      server.add_generic_rpc_handlers(
          (grpc.method_handlers_generic_handler("idv.bench.Yardstick", handlers),))
      credentials = grpc.ssl_server_credentials(
          [(read(key), read(certificate))], read(authority), require_client_auth=True)
      port = server.add_secure_port("127.0.0.1:0", credentials)
      await server.start()
      print("ready", port, flush=True)
      await server.wait_for_termination()

  asyncio.run(serve())
  """
