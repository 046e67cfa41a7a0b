// Many texts at once: a tree of tokens in which texts with the same beginning share it.

/// Continuations of what was said before, each token once for all texts that begin alike.
///
/// Node 0 is the last token before all of them; the others are in an order in which parents come first.
struct TokenTree {
  struct Node {
    let token: Int32
    /// Index of the node before it; −1 for the root.
    let parent: Int
    /// How many nodes lie between it and the root.
    let depth: Int
    /// Which tokens' likelihood after it is asked for.
    var asked: [Int32] = []
    /// How many of the likeliest tokens after it are wanted.
    var wanted = 0
  }

  private struct Step: Hashable {
    let parent: Int
    let token: Int32
  }

  private(set) var nodes: [Node]
  private var children: [Step: Int] = [:]

  init(root: Int32) { nodes = [Node(token: root, parent: -1, depth: 0)] }

  /// Adds `tokens` after `node`; gives back their nodes. How likely each of them is will be known.
  mutating func add(_ tokens: some Sequence<Int32>, after node: Int = 0) -> [Int] {
    var path: [Int] = []
    var last = node
    for token in tokens {
      let step = Step(parent: last, token: token)
      if let known = children[step] {
        last = known
      } else {
        nodes[last].asked.append(token)
        nodes.append(Node(token: token, parent: last, depth: nodes[last].depth + 1))
        children[step] = nodes.count - 1
        last = nodes.count - 1
      }
      path.append(last)
    }
    return path
  }

  /// Asks how likely `token` is after `node`, without adding it.
  mutating func ask(_ token: Int32, after node: Int) {
    if !nodes[node].asked.contains(token) { nodes[node].asked.append(token) }
  }

  /// Wants the `count` likeliest tokens after `node`.
  mutating func want(_ count: Int, after node: Int) {
    nodes[node].wanted = max(nodes[node].wanted, count)
  }
}

/// What the decoder said of a tree: natural logarithms of likelihoods.
struct TreeScores {
  struct Choice: Equatable {
    let token: Int32
    let score: Float
  }

  /// For each node the scores of what was asked, and the likeliest tokens, best first.
  var asked: [[Int32: Float]]
  var likeliest: [[Choice]]

  /// How likely `token` is after `node`; it must have been asked for.
  func score(_ token: Int32, after node: Int) -> Float {
    guard let score = asked[node][token] else { preconditionFailure("a score nobody asked for") }
    return score
  }
}
