// The two ends that the conformance suite drives: its server, and the Swift client under test.

internal import ArgumentParser
internal import Conformance
internal import Foundation

struct ConformanceServerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conformance-server",
    abstract: "Serves idv.test.v1 on loopback until its standard input ends; says 'ready PORT'.",
    shouldDisplay: false)

  @Option(help: "The port; 0 lets the system choose.")
  var port = 0

  @Option(help: "Folder of ca.crt, server.crt and server.key.")
  var certs = "Certs/dev"

  @Flag(help: "Do everything in TestService wrongly, so that checks of its clients are tested.")
  var faulty = false

  func run() async throws {
    do {
      let server = try await ConformanceServer.start(
        ConformanceIdentity(folder: certs), port: port, isFaulty: faulty)
      print("ready \(server.port)")
      flushOutput()
      await inputEnd()
      await server.shutDown()
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
  }

  private func inputEnd() async {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        while readLine() != nil {}
        continuation.resume()
      }
    }
  }
}

struct ConformanceClientCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conformance-client",
    abstract: "Makes the calls that the conformance suite orders (Proto/CONFORMANCE.md).",
    shouldDisplay: false)

  func run() async throws {
    let client = ClientUnderTest()
    // Orders come one at a time, and nothing else happens meanwhile: to wait for them on this thread is safe.
    while let line = readLine() {
      do {
        print(try await client.answer(line))
      } catch {
        note("idv: \(error)")
        throw ExitCode(1)
      }
      flushOutput()
    }
    await client.close()
  }
}
