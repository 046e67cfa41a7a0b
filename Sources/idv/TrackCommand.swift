// idv track: what the server would see of a face along a clip, for people or as JSON.

internal import ArgumentParser
internal import FoundationEssentials
internal import Inference
internal import Vision
internal import Vocabulary

struct TrackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "track",
    abstract: "Follows the face of a clip, in this process, and prints what it does.",
    discussion: """
      One line for each analysed frame: time, which way the head is turned (degrees; up, to the person's left and \
      clockwise are positive), how closed the eyes and how open the mouth is (0–1), then what happened to the \
      track. The output is personal data. --relaxed reads what the server refuses: old codecs, small frames, \
      long clips.
      """)

  @Argument(help: "The clip.")
  var clip: String

  @Option(help: "Frames a second that are analysed.")
  var fps = ClipLimits.framesPerSecond

  @Option(
    help: "Folder that gets the best frames as JPEG files, and a copy with the mesh drawn on each.")
  var best: String?

  @Option(help: "How many best frames, 1–10.")
  var frames = 3

  @Flag(help: "Also measure the colours of face and background.")
  var light = false

  @Flag(help: "With --json, also print the mesh.")
  var mesh = false

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Relax the server's limits on codecs, sizes and lengths.")
  var relaxed = false

  @Option(help: "Folder that `make setup` filled.")
  var deps = ".deps"

  func validate() throws {
    guard fps > 0, fps <= 240, (1...ClipLimits.bestFramesMax).contains(frames) else {
      throw ValidationError("--fps is above 0 and at most 240, --frames 1–10.")
    }
  }

  func run() async throws {
    let bytes = try readFile(clip)
    let reading: ClipReading
    do {
      let engine = try InferenceEngine(
        manifest: try .bundled(), folder: ModelFolder(dependencies: deps),
        uses: FaceAnalyzer.modelUses + ClipReader.modelUses, options: InferenceOptions(lanes: 1))
      reading = try await ClipReader(engine: engine, isEvaluation: relaxed).read(
        .video(bytes), field: "clip",
        options: ClipOptions(
          framesPerSecond: fps, wantLight: light, bestFrames: best == nil ? 0 : frames),
        before: .never)
      await engine.shutdown()
    } catch let error as ServiceError {
      note("idv: \(error.message)")
      throw ExitCode(1)
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
    if json {
      print(try TrackReport(reading, mesh: mesh).json())
    } else {
      print(TrackReport.text(reading))
    }
    if let best { try write(reading, to: best) }
  }

  private func write(_ reading: ClipReading, to folder: String) throws {
    for (index, frame) in reading.bestFrames.enumerated() {
      var canvas = try AnnotatedPicture(frame.jpeg)
      let nearest = reading.track.frames.first { $0.seconds == frame.seconds }
      if let face = nearest?.face { canvas.dots(face.mesh.map { ($0.x, $0.y) }, .green) }
      for (name, picture) in [("", frame.jpeg), (".mesh", canvas.jpeg())] {
        let path = "\(folder)/best\(index + 1)\(name).jpg"
        do {
          try Data(picture.array).write(to: URL(filePath: path))
        } catch {
          note("idv: cannot write \(path)")
          throw ExitCode(1)
        }
      }
    }
  }
}

/// What `idv track` prints.
struct TrackReport: Encodable {
  struct Frame: Encodable {
    struct Box: Encodable {
      let x: Double
      let y: Double
      let width: Double
      let height: Double
    }

    struct Pose: Encodable {
      let pitch: Double
      let yaw: Double
      let roll: Double
    }

    struct Face: Encodable {
      let box: Box
      let presence: Double
      let pose: Pose
      let eyeClosure: Double
      let mouthOpening: Double
      let quality: Double?
      let similarity: Double?
      let blendshapes: [Float]
      let mesh: [[Float]]?
    }

    struct Color: Encodable {
      let red: Double
      let green: Double
      let blue: Double
      let clippedShare: Double
    }

    let seconds: Double
    let facesSeen: Int?
    let face: Face?
    let light: [String: Color]?
  }

  struct Event: Encodable {
    let kind: String
    let start: Double
    let end: Double
  }

  struct Best: Encodable {
    let seconds: Double
    let quality: Double
  }

  let container: String
  let codec: String
  let width: Int
  let height: Int
  let seconds: Double
  let framesInClip: Int
  let frames: [Frame]
  let events: [Event]
  let bestFrames: [Best]

  init(_ reading: ClipReading, mesh: Bool) {
    let (info, track) = (reading.info, reading.track)
    (container, codec) = (info.container, info.videoCodec)
    (width, height, seconds) = (info.width, info.height, info.seconds)
    framesInClip = info.packets.count { !$0.isHidden }
    frames = track.frames.map { Frame($0, mesh: mesh) }
    events = track.events.map { Event(kind: $0.kind.rawValue, start: $0.start, end: $0.end) }
    bestFrames = reading.bestFrames.map { Best(seconds: $0.seconds, quality: $0.quality) }
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  static func text(_ reading: ClipReading) -> String {
    let (info, track) = (reading.info, reading.track)
    var lines = [
      "\(info.container) \(info.videoCodec), \(info.width) × \(info.height), "
        + "\(fixed(info.seconds, 2)) s: \(track.frames.count) of "
        + "\(info.packets.count { !$0.isHidden }) frames analysed",
      "   time   pitch    yaw   roll  eyes  mouth  same  quality",
    ]
    lines += track.frames.map(row)
    lines.append(track.events.isEmpty ? "nothing happened to the track" : "what happened:")
    lines += track.events.map {
      "  \(left($0.kind.rawValue, 16))\(fixed($0.start, 2))–\(fixed($0.end, 2)) s"
    }
    if !reading.bestFrames.isEmpty {
      lines.append(
        "best frames: "
          + reading.bestFrames.map { "\(fixed($0.seconds, 2)) s (\(fixed($0.quality, 0)))" }
          .joined(separator: ", "))
    }
    return lines.joined(separator: "\n")
  }

  private static func row(_ frame: TrackFrame) -> String {
    var row = right(fixed(frame.seconds, 2), 7)
    if let face = frame.face {
      row += right(fixed(face.pose.pitch, 0), 8) + right(fixed(face.pose.yaw, 0), 7)
      row += right(fixed(face.pose.roll, 0), 7) + right(fixed(face.eyeClosure, 2), 6)
      row += right(fixed(face.mouthOpening, 2), 7)
      row += right(face.similarity.map { fixed($0, 2) } ?? "", 6)
      row += right(face.quality.map { fixed($0.score, 0) } ?? "", 9)
    } else {
      row += "   no face"
    }
    if let seen = frame.facesSeen, seen > 1 { row += "   several faces" }
    return row
  }
}

extension TrackReport.Frame {
  init(_ frame: TrackFrame, mesh: Bool) {
    seconds = frame.seconds
    facesSeen = frame.facesSeen
    face = frame.face.map { face in
      Face(
        box: Box(x: face.box.x, y: face.box.y, width: face.box.width, height: face.box.height),
        presence: face.presence,
        pose: Pose(pitch: face.pose.pitch, yaw: face.pose.yaw, roll: face.pose.roll),
        eyeClosure: face.eyeClosure, mouthOpening: face.mouthOpening,
        quality: face.quality?.score, similarity: face.similarity, blendshapes: face.blendshapes,
        mesh: mesh ? face.mesh.map { [$0.x, $0.y, $0.z] } : nil)
    }
    light = frame.light.map { light in
      Dictionary(
        uniqueKeysWithValues: light.colors.map { region, color in
          (
            "\(region)",
            Color(
              red: color.red, green: color.green, blue: color.blue,
              clippedShare: color.clippedShare)
          )
        })
    }
  }
}
