// Pictures become templates for a registry, by the pipeline that compares faces.

internal import Decisions
internal import Dispatch
package import Registry
internal import Sealing
internal import Services
internal import Synchronization
package import Vision
internal import Vocabulary

/// Makes templates of reference portraits. A picture is held to the same rule as one that a caller sends beside a capture:
/// one face, found again on closer looks, good enough. Any thread that may block: not a task's.
package struct PortraitEnroller: Sendable {
  private let analyzer: FaceAnalyzer
  private let qualityLevel: Int
  private let contract: [UInt8]
  private static let policy = FaceComparePolicy(quality: .standard)

  /// - Parameter qualityLevel: 0–4, of `FaceQualityPolicy`: what is stored is never looked at again.
  package init(analyzer: FaceAnalyzer, qualityLevel: Int = FaceQualityPolicy.levelDefault) {
    self.analyzer = analyzer
    self.qualityLevel = qualityLevel
    contract = Hexadecimal.bytes(of: analyzer.templateContract) ?? []
  }

  /// For an import of pictures below `folder`.
  package func enrolment(from folder: PortraitFolder) -> PortraitEnrolment {
    PortraitEnrolment(folder: folder, contract: contract) { self.template(of: $0) }
  }

  private func template(of picture: Bytes) -> Result<PortraitTemplate, PortraitFailure> {
    let outcome = Mutex<Result<FaceAnalysis, ServiceError>?>(nil)
    let done = DispatchSemaphore(value: 0)
    Task {
      let result: Result<FaceAnalysis, ServiceError>
      do throws(ServiceError) {
        result = .success(
          try await analyzer.analyze(
            picture, field: "portrait", options: FaceAnalysisOptions(wantTemplate: true),
            before: .never))
      } catch { result = .failure(error) }
      outcome.withLock { $0 = result }
      done.signal()
    }
    done.wait()
    switch outcome.withLock({ $0 }) {
    case .success(let analysis): return template(of: analysis)
    case .failure(let error): return .failure(Self.failure(error))
    case nil: preconditionFailure("an analysis ended without an outcome")
    }
  }

  private func template(of analysis: FaceAnalysis) -> Result<PortraitTemplate, PortraitFailure> {
    let terms = FaceCompareTerms(
      qualityLevel: qualityLevel, threshold: 100, rejectMultiple: true)
    let obstacle = Self.policy.obstacle(in: FaceEvidence(analysis), terms: terms)
    switch obstacle?.code {
    case nil: break
    case .noFace, .multipleFaces: return .failure(.defect(.faces))
    default: return .failure(.defect(.faceQuality))
    }
    guard let template = analysis.template else { return .failure(.defect(.faceQuality)) }
    var bytes = template.portableBytes
    defer { bytes.withUnsafeMutableBytes { overwrite($0) } }
    guard let portrait = PortraitTemplate(contract: contract, numbers: SecretBytes(bytes)) else {
      return .failure(
        .fault(RegistryFault(.refused, "the face model's templates have no room in a registry")))
    }
    return .success(portrait)
  }

  /// Whether it is the picture that is wrong.
  private static func failure(_ error: ServiceError) -> PortraitFailure {
    switch (error.code, error.detail.symbol) {
    case (.invalidArgument, _), (_, .imageBytesExceeded), (_, .imageDimensionsExceeded),
      (_, .imageDecodeBudgetExceeded):
      .defect(.picture)
    default: .fault(RegistryFault(.inputOutput, "faces cannot be looked for: \(error.message)"))
    }
  }
}
