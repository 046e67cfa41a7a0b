// One picture's way through the pipeline, on one lane: decode, find, choose, look closely, embed,
// measure.

internal import Inference
internal import Media
internal import Vocabulary

/// Why an analysis gave nothing.
enum AnalysisError: Error, Equatable {
  case image(ImageError)
  case inference(InferenceError)
}

/// The work of one job. Pictures, crops and templates live only as long as it runs, but for what it
/// returns.
struct AnalysisTask: Sendable {
  let image: Bytes
  let options: FaceAnalysisOptions
  let limits: ImageLimits
  let contract: TemplateContract
  let deadline: Deadline

  /// Runs on the calling thread, which is the lane's.
  func run(on lane: InferenceLane) throws(AnalysisError) -> FaceAnalysis {
    let decoded: DecodedImage
    do throws(ImageError) {
      decoded = try ImageDecoder.decode(
        image, limits: limits, longSideWanted: VisionLimits.decodeLongSideMin)
    } catch { throw .image(error) }
    let (width, height) = (decoded.fullWidth, decoded.fullHeight)
    let denominator = Double(decoded.denominator)
    let picture = ImagePyramid(decoded.takePixels())
    do throws(InferenceError) {
      let turned = try upright(picture, FaceDetector(lane: lane))
      return try analysis(
        of: turned, size: turned.degrees % 180 == 0 ? (width, height) : (height, width),
        denominator: denominator, lane)
    } catch { throw .inference(error) }
  }

  /// A picture and the faces in it, after it was turned.
  private struct Turned {
    var picture: ImagePyramid
    var degrees: Int
    var faces: [DetectedFace]
  }

  /// The picture as sent, or turned so that the surest face is surest.
  ///
  /// All four turns are tried even if the first shows a face: the detector also answers faces that
  /// stand on their heads, with wrong points, but it has always been surer of them upright.
  private func upright(
    _ picture: ImagePyramid, _ detector: FaceDetector
  ) throws(InferenceError) -> Turned {
    let thorough = !options.wantTemplate
    var best = Turned(
      picture: picture, degrees: 0, faces: try detector.propose(picture, thorough: thorough))
    guard options.rotateDetect else { return best }
    for degrees in [90, 180, 270] {
      guard !deadline.hasPassed() else { throw .deadlineExceeded }
      let turned = picture.turned(clockwise: degrees)
      let faces = try detector.propose(turned, thorough: thorough)
      if (faces.first?.confidence ?? 0) > (best.faces.first?.confidence ?? 0) {
        best = Turned(picture: turned, degrees: degrees, faces: faces)
      }
    }
    return best
  }

  private func analysis(
    of turned: Turned, size: (width: Int, height: Int), denominator: Double, _ lane: InferenceLane
  ) throws(InferenceError) -> FaceAnalysis {
    let picture = turned.picture
    let detector = FaceDetector(lane: lane)
    let least = Double(options.facePixelsMin) / denominator
    var faces = turned.faces.filter { $0.box.shorterSide >= least }
    faces.sort { $0.box.area > $1.box.area }
    var chosen = Self.choose(options.choice.decoded(at: denominator), faces, in: picture)
    if let index = chosen, options.wantTemplate {
      (faces, chosen) = try withoutBystandersInDoubt(faces, index, picture, detector)
    }
    var template: FaceTemplate?
    if let chosen, options.wantTemplate || options.wantQuality {
      let close = try detector.confirm(faces[chosen].points, in: picture)
      if let close, close.hits >= FaceDetector.hitsMin {
        faces[chosen].points = close.points
        faces[chosen].confidence = close.certainty
        if options.wantTemplate {
          template = try FaceEmbedder(lane: lane).embed(close.points, in: picture)
            .map { FaceTemplate($0, contract: contract) }
        }
      } else {
        // Doubtful for whoever decides, whatever the first look said.
        faces[chosen].confidence *= Double(close?.hits ?? 0) / Double(FaceDetector.looks)
      }
    }
    let observations = faces.map { observe($0, in: picture, denominator) }
    return FaceAnalysis(
      width: size.width, height: size.height, rotationDegrees: turned.degrees, faces: observations,
      chosen: chosen.map { observations[$0] }, template: template)
  }

  /// The chosen face, and one that is a second face beyond doubt if there is one, largest first;
  /// and the chosen one's new index.
  private func withoutBystandersInDoubt(
    _ faces: [DetectedFace], _ chosen: Int, _ picture: ImagePyramid, _ detector: FaceDetector
  ) throws(InferenceError) -> ([DetectedFace], Int) {
    let others = faces.indices.filter { $0 != chosen }
    let second = try detector.second(
      beside: faces[chosen], among: others.map { faces[$0] }, in: picture)
    guard let second else { return ([faces[chosen]], 0) }
    let kept = [chosen, others[second]].sorted()
    return (kept.map { faces[$0] }, kept[0] == chosen ? 0 : 1)
  }

  /// The index of the face to use.
  static func choose(
    _ choice: FaceChoice, _ faces: [DetectedFace], in picture: ImagePyramid
  ) -> Int? {
    func weight(_ face: DetectedFace) -> Double {
      switch choice {
      case .largest: return face.box.area
      case .mostConfident: return face.confidence
      case .within(let box): return face.box.overlap(with: box)
      case .prominent:
        let (width, height) = (Double(picture.width), Double(picture.height))
        let x = (face.box.centre.x - width / 2) / width
        let y = (face.box.centre.y - height / 2) / height
        return face.box.area * face.confidence * (1 - (x * x + y * y).squareRoot())
      }
    }
    let best = faces.indices.max { (weight(faces[$0]), $1) < (weight(faces[$1]), $0) }
    if case .within = choice, let best, weight(faces[best]) < TrackLimits.sameFaceOverlap {
      return nil
    }
    return best
  }

  /// A face in the picture's full size, measured if that was asked for.
  private func observe(
    _ face: DetectedFace, in picture: ImagePyramid, _ denominator: Double
  ) -> FaceObservation {
    // From pixel centres of the decoded picture to distances from the corner of the one sent.
    func sent(_ place: Double) -> Double { (place + 0.5) * denominator }
    let box = ImageBox(
      x: sent(face.box.x), y: sent(face.box.y), width: face.box.width * denominator,
      height: face.box.height * denominator)
    let pixels = options.wantQuality ? FacePixels(points: face.points, in: picture) : nil
    let pose = HeadPose(points: face.points)
    return FaceObservation(
      box: box, confidence: face.confidence,
      landmarks: face.points.map { ImagePoint(x: sent($0.x), y: sent($0.y)) }, pose: pose,
      quality: pixels.map {
        FaceQuality(
          sizePixels: box.shorterSide, pose: pose, pixels: $0,
          completeness: FaceCompleteness(
            points: face.points, width: picture.width, height: picture.height))
      }, maskSuspicion: pixels?.maskSuspicion ?? 0)
  }
}

extension FaceChoice {
  /// The same in a picture that was decoded smaller by `denominator`.
  fileprivate func decoded(at denominator: Double) -> FaceChoice {
    guard case .within(let box) = self else { return self }
    return .within(
      ImageBox(
        x: box.x / denominator, y: box.y / denominator, width: box.width / denominator,
        height: box.height / denominator))
  }
}
