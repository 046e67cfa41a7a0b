// Basic.DetectFaces: request → faces → response. Information, not a verdict.

internal import Decisions
package import Messages
package import RPC
internal import Vision
package import Vocabulary

extension BasicHandlers {
  /// Finds faces and says how good they are.
  package func detectFaces(
    _ request: DetectFacesRequest, in call: CallContext
  ) async throws(ServiceError) -> DetectFacesResponse {
    // 1. Past this line every field is within its limits.
    let header = try CheckedHeader(request.header, scenes: scenes)
    let image = try checkedImage(request.image, field: "image")
    let facesMax = try Self.facesMax(request.maxFaces)
    let facePixelsMin = try Self.facePixelsMin(request.minFacePixels)

    // 2. The shared core.
    let analysis = try await analyzer.analyze(
      image, field: "image",
      options: FaceAnalysisOptions(
        facePixelsMin: facePixelsMin, rotateDetect: request.rotateDetect,
        wantQuality: request.wantQuality),
      before: call.deadline)

    // 3. The answer.
    var response = DetectFacesResponse()
    response.header = self.header(
      call, header, analysis.faces.isEmpty ? .noResult : .information,
      advice: analysis.faces.isEmpty ? .retryCapture : .none, policy: "")
    response.width = UInt32(analysis.width)
    response.height = UInt32(analysis.height)
    response.rotation = UInt32(analysis.rotationDegrees)
    response.facesTotal = UInt32(analysis.faces.count)
    response.faces = analysis.faces.prefix(facesMax).map { Face($0, quality: policy.quality) }
    return response
  }

  private static func facesMax(_ asked: UInt32) throws(ServiceError) -> Int {
    guard asked <= RequestLimits.facesMax else {
      throw .outOfRange("max_faces", "at most \(RequestLimits.facesMax)")
    }
    return asked == 0 ? 1 : Int(asked)
  }

  private static func facePixelsMin(_ asked: UInt32) throws(ServiceError) -> Int {
    if asked == 0 { return RequestLimits.facePixelsDefault }
    guard (RequestLimits.facePixelsMin...RequestLimits.facePixelsMax).contains(Int(asked)) else {
      throw .outOfRange(
        "min_face_pixels",
        "from \(RequestLimits.facePixelsMin) to \(RequestLimits.facePixelsMax)")
    }
    return Int(asked)
  }
}
