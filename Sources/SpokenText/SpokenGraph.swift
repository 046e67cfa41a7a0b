// All ways to say a text as one graph: nodes in order, an edge for each syllable.

/// Nodes from 0 to `nodeCount` − 1; every edge leads to a higher one. Node 0 is the beginning, the last one the end.
struct SpokenGraph: Sendable {
  struct Edge: Sendable {
    let from: Int
    /// Index into `units`; −1: nothing is said.
    let unit: Int
    let slot: Int
    let wording: Int
  }

  private(set) var units: [SpokenUnit] = []
  /// For each node the edges that lead to it, the usual way first.
  private(set) var edges: [[Edge]] = [[]]

  var nodeCount: Int { edges.count }

  init(_ slots: [SpokenSlot]) {
    for (slot, ways) in slots.enumerated() {
      let start = edges.count - 1
      // Where each way has come to before its last syllable.
      var ends: [(from: Int, unit: Int)] = []
      for (index, wording) in ways.wordings.enumerated() {
        var from = start
        for unit in wording.units.dropLast() {
          units.append(unit)
          edges.append([Edge(from: from, unit: units.count - 1, slot: slot, wording: index)])
          from = edges.count - 1
        }
        if let last = wording.units.last {
          units.append(last)
          ends.append((from, units.count - 1))
        } else {
          ends.append((from, -1))
        }
      }
      edges.append(
        ends.enumerated().map {
          Edge(from: $0.element.from, unit: $0.element.unit, slot: slot, wording: $0.offset)
        })
    }
  }
}
