// Runs the product's own face pipeline over lists of pairs and counts its errors.

package import Decisions
internal import Services
package import Vision

/// What one set of pairs gave.
package struct FaceSetResult: Sendable {
  package let set: String
  package let rates: ErrorRates
  /// Pictures of the set, and those in which no face was found.
  package let pictures: Int
  package let picturesUnread: Int
  /// Pictures that the default rule refuses because they show several faces.
  package let picturesWithSeveralFaces: Int
}

/// What a list of pairs gave.
package struct FaceEvaluationResult: Sendable {
  package let sets: [FaceSetResult]
  /// What policies are told about each picture that could be read, by its path.
  package let evidence: [String: FaceEvidence]

  package static let empty = FaceEvaluationResult(sets: [], evidence: [:])
}

/// Compares pairs with the pipeline that answers `CompareFaces`, in process. Every picture is analysed once;
/// embeddings live only as long as the run.
package struct FaceEvaluation: Sendable {
  private let analyzer: FaceAnalyzer

  package init(analyzer: FaceAnalyzer) { self.analyzer = analyzer }

  /// Evaluates every set of `pairs` apart.
  ///
  /// Cards are analysed as with `rotate_detect`, all other pictures as without.
  ///
  /// - Parameters:
  ///   - allAgainstAll: sets in which every two pictures of different people are compared as well, as a set of
  ///     its own named `SET all-against-all`. Two pictures count as the same person when a chain of
  ///     genuine pairs joins them.
  ///   - progress: called with pictures done and in all.
  package func run(
    _ pairs: [PicturePair], allAgainstAll: [String] = [],
    progress: @escaping @Sendable (Int, Int) -> Void
  ) async -> FaceEvaluationResult {
    var paths: [String] = []
    var known: Set<String> = []
    for pair in pairs {
      for path in [pair.a, pair.b] where known.insert(path).inserted { paths.append(path) }
    }
    // Cards lie on a desk any way round; faces are held upright.
    let cards = Set(pairs.filter { $0.set == PairList.cardSet }.map(\.a))
    let analyses = await PictureAnalysis(analyzer: analyzer).run(
      paths,
      options: { FaceAnalysisOptions(rotateDetect: cards.contains($0), wantTemplate: true) },
      progress)
    var names: [String] = []
    for pair in pairs where !names.contains(pair.set) { names.append(pair.set) }
    var results = names.map { name in
      result(name, pairs.filter { $0.set == name }, analyses)
    }
    for name in allAgainstAll where names.contains(name) {
      results.append(
        result(
          name + " all-against-all", Self.allPairs(pairs.filter { $0.set == name }), analyses))
    }
    return FaceEvaluationResult(
      sets: results, evidence: analyses.mapValues { FaceEvidence($0) })
  }

  private func result(
    _ name: String, _ pairs: [PicturePair], _ analyses: [String: FaceAnalysis]
  ) -> FaceSetResult {
    var genuine: [Double] = []
    var impostor: [Double] = []
    var unread = (genuine: 0, impostor: 0)
    for pair in pairs {
      let similarity = analyses[pair.a].flatMap { a in
        analyses[pair.b].flatMap { a.similarity(to: $0) }
      }
      switch (similarity, pair.same) {
      case (let value?, true): genuine.append(value)
      case (let value?, false): impostor.append(value)
      case (nil, true): unread.genuine += 1
      case (nil, false): unread.impostor += 1
      }
    }
    let pictures = Set(pairs.flatMap { [$0.a, $0.b] })
    return FaceSetResult(
      set: name,
      rates: ErrorRates(
        genuine: genuine, impostor: impostor, unreadGenuine: unread.genuine,
        unreadImpostor: unread.impostor),
      pictures: pictures.count,
      picturesUnread: pictures.count { analyses[$0]?.chosen == nil },
      picturesWithSeveralFaces: pictures.count { (analyses[$0]?.faces.count ?? 0) > 1 })
  }

  /// Every genuine pair of the list, and every two pictures of different people.
  static func allPairs(_ pairs: [PicturePair]) -> [PicturePair] {
    guard let set = pairs.first?.set else { return [] }
    var parent: [String: String] = [:]
    func root(_ path: String) -> String {
      var node = path
      while let next = parent[node], next != node { node = next }
      return node
    }
    for pair in pairs {
      for path in [pair.a, pair.b] where parent[path] == nil { parent[path] = path }
      if pair.same { parent[root(pair.a)] = root(pair.b) }
    }
    let pictures = parent.keys.sorted()
    let person = Dictionary(uniqueKeysWithValues: pictures.map { ($0, root($0)) })
    var all = pairs.filter(\.same)
    for (index, a) in pictures.enumerated() {
      for b in pictures[(index + 1)...] where person[a] != person[b] {
        all.append(PicturePair(a: a, b: b, same: false, set: set))
      }
    }
    return all
  }
}
