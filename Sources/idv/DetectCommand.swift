// idv detect: the faces in one picture, as a running server sees them.

internal import ArgumentParser
internal import Messages
internal import Stubs

struct DetectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detect", abstract: "Asks a server which faces a picture shows.")

  @Argument(help: "The picture.")
  var image: String

  @Option(help: "How many faces at most, 1-120.")
  var maxFaces: UInt32 = 120

  @Option(help: "Smallest face in pixels, 20-1000.")
  var minFace: UInt32 = 34

  @Flag(help: "Also try the picture turned by 90, 180 and 270 degrees.")
  var rotate = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    var request = DetectFacesRequest()
    request.image = try media(image)
    request.maxFaces = maxFaces
    request.minFacePixels = minFace
    request.wantQuality = true
    request.rotateDetect = rotate
    let response = try await connection.withCaller { [request] caller, options in
      try await BasicClient(caller).detectFaces(request, options: options)
    }
    print(try response.jsonText())
  }
}
