// idv compare: two pictures through a running server, the answer for people or as JSON.

internal import ArgumentParser
internal import Messages
internal import Stubs
internal import Vocabulary

struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Asks a server whether two pictures show the same person.")

  @Argument(help: "The record: an ID photo, or a picture of the card that carries one.")
  var a: String

  @Argument(help: "The person: a selfie.")
  var b: String

  @Option(help: "Score needed for PASS, 0-100.")
  var threshold: Double?

  @Option(help: "Quality level, 0 (any face) to 4 (frontal portrait).")
  var quality: UInt32?

  @Option(help: "With several faces in a picture: reject, largest or confident.")
  var faces = FaceOption.reject

  @Flag(help: "Also try the pictures turned by 90, 180 and 270 degrees.")
  var rotate = false

  @Flag(help: "Print the answer as JSON.")
  var json = false

  @Flag(help: "Exit with status 3 unless the verdict is PASS.")
  var requirePass = false

  @OptionGroup var connection: ConnectionOptions

  enum FaceOption: String, ExpressibleByArgument, CaseIterable {
    case reject
    case largest
    case confident
  }

  func run() async throws {
    var request = CompareFacesRequest()
    request.a = try media(a)
    request.b = try media(b)
    request.threshold = threshold
    request.qualityControl = quality
    request.rotateDetect = rotate
    request.faceSelection =
      switch faces {
      case .reject: .rejectMultiple
      case .largest: .largest
      case .confident: .mostConfident
      }
    let response = try await connection.withCaller { [request] caller, options in
      try await BasicClient(caller).compareFaces(request, options: options)
    }
    print(json ? try response.jsonText() : text(response))
    if requirePass && response.verdict != .pass { throw ExitCode(3) }
  }

  private func text(_ response: CompareFacesResponse) -> String {
    var lines: [String] = []
    let score = response.score.map {
      "score \(fixed($0.value, 2)) of 100, threshold \(fixed($0.threshold, 2))"
    }
    lines.append(left(response.verdict.wireName, 14) + (score ?? "no score"))
    for reason in response.reasons { lines.append("  " + left("reason", 12) + text(reason)) }
    lines.append("  " + left("a \(name(a))", 24) + text(response.aFace))
    lines.append("  " + left("b \(name(b))", 24) + text(response.bFace))
    if let table = response.score?.table, !table.isEmpty {
      let points = table.map {
        "\(fixed($0.threshold, 0)) = 1 in \(fixed(1 / $0.falseMatchRate, 0))"
          + ($0.extrapolated ? " (extrapolated)" : "")
      }
      lines.append("  " + left("scale", 12) + "false matches at " + points.joined(separator: ", "))
    }
    if let header = response.header {
      lines.append("  " + left("decided by", 12) + header.policy)
      lines.append(
        "  " + left("models", 12) + header.models.map(\.name).joined(separator: ", "))
      if header.advice != .none { lines.append("  " + left("advice", 12) + header.advice.wireName) }
      lines.append("  " + left("call", 12) + "\(header.requestId), \(header.serverTimeMs) ms")
    }
    return lines.joined(separator: "\n")
  }

  private func text(_ reason: Reason) -> String {
    var text = reason.code.wireName
    if !reason.field.isEmpty { text += " in \(reason.field)" }
    if let measured = reason.measured, let limit = reason.limit {
      text += ": \(fixed(measured, 2)) against \(fixed(limit, 2))"
    }
    return reason.advisory ? text + " (advisory)" : text
  }

  private func text(_ face: Face?) -> String {
    guard let face else { return "no face used" }
    var text = "face \(fixed(Double(face.box?.width ?? 0), 0))×"
    text += "\(fixed(Double(face.box?.height ?? 0), 0)) px"
    if let quality = face.quality {
      text += ", quality \(fixed(quality.score, 0)) (sharpness \(fixed(quality.sharpness, 0)), "
      text += "brightness \(fixed(quality.brightness, 0)))"
    }
    if let pose = face.pose {
      text += ", yaw \(fixed(pose.yaw, 0))°, pitch \(fixed(pose.pitch, 0))°"
    }
    return text
  }

  private func name(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}

/// A picture file as a request field.
func media(_ path: String) throws -> Media {
  var media = Media()
  media.inline = try readFile(path)
  return media
}
