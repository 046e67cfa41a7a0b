// Malformed pictures through the whole server: refused by field and reason or read, never a fault.

import Client
import FoundationEssentials
import Messages
import RPC
import Stubs
import TestSupport
import Testing
import Vocabulary

@Suite(
  .enabled(
    if: Workplace.isSetUp && Workplace.hasData, "needs `make setup` and the evaluation data"))
struct BadPictureTests {
  static let folder = Workplace.data + "/badinputs"

  /// Every file below the folder but its index.
  static func files() throws -> [String] {
    let all = try FileManager.default.subpathsOfDirectory(atPath: folder)
    return all.filter { path in
      var isFolder = false
      _ = FileManager.default.fileExists(atPath: folder + "/" + path, isDirectory: &isFolder)
      return !isFolder && path != "index.csv"
    }.sorted()
  }

  @Test("every malformed input gets a clear error or an answer, and the server goes on")
  func malformed() async throws {
    let files = try Self.files()
    #expect(files.count > 300)
    try await LiveServer.withClient { client in
      for file in files {
        var request = DetectFacesRequest()
        request.image = Media()
        request.image?.inline = Bytes(try Workplace.read(Self.folder + "/" + file))
        request.maxFaces = 120
        do throws(ServiceError) {
          let response = try await BasicClient(client).detectFaces(request)
          #expect(response.width > 0 && response.height > 0, "\(file)")
        } catch {
          #expect([.invalidArgument, .resourceExhausted].contains(error.code), "\(file): \(error)")
          #expect(!error.message.isEmpty, "\(file)")
          // A file over the message limit is refused before anybody looks at its fields.
          let isWhole = error.detail.symbol == .payloadTooLarge
          #expect(isWhole || error.detail.field == "image.inline", "\(file): \(error)")
        }
      }
      var sound = DetectFacesRequest()
      sound.image = try EndToEndTests.picture("selfie.jpg")
      let response = try await BasicClient(client).detectFaces(sound)
      #expect(response.facesTotal == 1)
    }
  }

  @Test("a malformed picture never compares with anything")
  func neverPasses() async throws {
    try await LiveServer.withClient { client in
      for file in try Self.files().filter({ $0.hasPrefix("made/") }) {
        var request = try EndToEndTests.request("card.jpg", "selfie.jpg")
        request.b?.inline = Bytes(try Workplace.read(Self.folder + "/" + file))
        request.qualityControl = 0
        request.faceSelection = .largest
        do throws(ServiceError) {
          let response = try await BasicClient(client).compareFaces(request)
          #expect(response.verdict != .pass, "\(file)")
          #expect(response.verdict != .unknown, "\(file)")
        } catch {
          #expect([.invalidArgument, .resourceExhausted].contains(error.code), "\(file): \(error)")
        }
      }
    }
  }
}
