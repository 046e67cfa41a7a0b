// Reading the detector's outputs and choosing among faces, on made-up numbers.

internal import Testing

@testable internal import Media
@testable internal import Vision

@Suite struct DetectorTests {
  /// Outputs of a run at `side`, all zero but for the cells that `cells` fills.
  private func faces(
    side: Int = 160, least: Double = 0.6,
    cells: [(stride: Int, cell: Int, cls: Float, obj: Float, box: [Float], points: [Float])]
  ) -> [DetectedFace] {
    let strides = FaceModels.strides
    var outputs = ([1, 1, 4, 10] as [Int]).flatMap { width in
      strides.map { [Float](repeating: 0, count: (side / $0) * (side / $0) * width) }
    }
    for entry in cells {
      let index = strides.firstIndex(of: entry.stride)!
      outputs[index][entry.cell] = entry.cls
      outputs[3 + index][entry.cell] = entry.obj
      for (at, value) in entry.box.enumerated() { outputs[6 + index][entry.cell * 4 + at] = value }
      for (at, value) in entry.points.enumerated() {
        outputs[9 + index][entry.cell * 10 + at] = value
      }
    }
    let buffers = outputs.map { values in
      let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: values.count)
      _ = buffer.initialize(from: values)
      return buffer
    }
    defer { for buffer in buffers { buffer.deallocate() } }
    return FaceDetector.faces(
      in: buffers.map { UnsafeBufferPointer($0) }, side: side, confidenceMin: least)
  }

  @Test func offsetsAreInCells() throws {
    // Column 3, row 2 of the 16-pixel grid (10 columns).
    let found = faces(cells: [
      (16, 23, 0.81, 1, [0.5, 0.25, 0, 0.6931472], [0, 0, 1, 0, 0.5, 0.5, 0, 1, 1, 1])
    ])
    let face = try #require(found.first)
    #expect(found.count == 1)
    #expect(abs(face.confidence - 0.9) < 1e-6)
    #expect(abs(face.box.x - (3.5 * 16 - 8)) < 1e-5)
    #expect(abs(face.box.y - (2.25 * 16 - 16)) < 1e-5)
    #expect(abs(face.box.width - 16) < 1e-5 && abs(face.box.height - 32) < 1e-4)
    #expect(face.points[1] == ImagePoint(x: 64, y: 32))
    #expect(face.points[4] == ImagePoint(x: 64, y: 48))
  }

  @Test func unsureAndSenselessCellsAreDropped() {
    let box: [Float] = [0, 0, 0, 0]
    #expect(faces(cells: [(8, 0, 0.5, 0.7, box, [])]).isEmpty)
    #expect(faces(cells: [(8, 0, .nan, 1, box, [])]).isEmpty)
    #expect(faces(cells: [(8, 0, -3, 1, box, [])]).isEmpty)
    // Beyond 1 counts as 1; an absurd size stays finite.
    let wild = faces(cells: [(8, 0, 7, 9, [0, 0, 1000, 1000], [])])
    #expect(wild.first?.confidence == 1)
    #expect(wild.first?.box.width.isFinite == true)
  }

  @Test func ofTwoBoxesTheSurerStays() {
    let found = faces(cells: [
      (32, 0, 0.7, 0.7, [0.5, 0.5, 0, 0], []), (32, 1, 0.9, 0.9, [-0.4, 0.5, 0, 0], []),
      (32, 24, 0.8, 0.8, [0.5, 0.5, 0, 0], []),
    ])
    #expect(found.map { ($0.confidence * 10).rounded() } == [9, 8])
  }

  @Test func candidatesAreBounded() {
    let every = (0..<400).map { cell in
      (8, cell, Float(1), Float(1), [0, 0, -9, -9] as [Float], [] as [Float])
    }
    #expect(faces(cells: every).count == 400)
    let face = DetectedFace(
      box: ImageBox(x: 0, y: 0, width: 1, height: 1), confidence: 0.9, points: [])
    let crowd = (0..<10_000).map { index in
      var face = face
      face.box.x = Double(index) * 2
      return face
    }
    #expect(FaceDetector.withoutDoubles(crowd).count == VisionLimits.candidatesMax)
  }

  @Test func theChosenFaceIsTheAskedOne() {
    func face(_ x: Double, _ side: Double, _ confidence: Double) -> DetectedFace {
      DetectedFace(
        box: ImageBox(x: x, y: 0, width: side, height: side), confidence: confidence, points: [])
    }
    let picture = ImagePyramid(PixelBuffer(width: 200, height: 20, red: 0, green: 0, blue: 0))
    // Large at the edge, sure and tiny, and a little smaller in the middle.
    let faces = [face(-10, 22, 0.8), face(150, 4, 0.99), face(90, 20, 0.9)]
    #expect(AnalysisTask.choose(.largest, faces, in: picture) == 0)
    #expect(AnalysisTask.choose(.mostConfident, faces, in: picture) == 1)
    #expect(AnalysisTask.choose(.prominent, faces, in: picture) == 2)
    #expect(AnalysisTask.choose(.largest, [], in: picture) == nil)
    // Of equals the first, so that the answer does not depend on chance.
    #expect(AnalysisTask.choose(.largest, [faces[1], faces[1]], in: picture) == 0)
  }

  @Test func closeLooksPutTheFaceInTheMiddle() {
    for share in [0.35, 0.42, 0.5] {
      let points = FaceDetector.canonical(share)
      #expect(abs(points[1].x - points[0].x - 35.2372 * share * 160 / 112) < 1e-9)
      #expect(points.allSatisfy { (40...120).contains($0.x) && (40...125).contains($0.y) })
    }
  }
}
