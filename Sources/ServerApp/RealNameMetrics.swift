// What is counted about real-name checks. Label sets are closed: products, results, faults, and the operator's names of
// sources. That a source is left alone, and asked again, is told in the log, too.

internal import Decisions
internal import Metrics
internal import Observability
internal import RealName
internal import Services
internal import Synchronization
internal import Vocabulary

/// Turns events of sources and checks into metrics. Safe from any thread.
final class RealNameMetrics: SourceObserver, ElementObserver {
  private struct Source {
    let ok: Counter
    let faults: [SourceFault: Counter]
    let seconds: Timer
    let breaker: Meter
    let opened: Counter
  }

  private let results: [Counter]
  private let billable: [RealNameProduct: Counter]
  private let anomalies: [AnomalySignal: Counter]
  private let sources = Mutex<[String: Source]>([:])
  /// Names of sources that are left alone, or on trial after it.
  private let leftAlone = Mutex<Set<String>>([])
  private let log: Log

  init(log: Log) {
    self.log = log
    results = RealNameProduct.allCases.flatMap { product in
      ElementResult.allCases.map { result in
        Counter(
          label: "idv_realname_results_total",
          dimensions: [("product", product.rawValue), ("result", "\(result)")])
      }
    }
    billable = Dictionary(
      uniqueKeysWithValues: RealNameProduct.allCases.map {
        ($0, Counter(label: "idv_realname_billable_total", dimensions: [("product", $0.rawValue)]))
      })
    anomalies = Dictionary(
      uniqueKeysWithValues: AnomalySignal.allCases.map {
        ($0, Counter(label: "idv_realname_anomalies_total", dimensions: [("signal", $0.rawValue)]))
      })
  }

  private static let resultPlaces = Dictionary(
    uniqueKeysWithValues: ElementResult.allCases.enumerated().map { ($1, $0) })
  private static let productPlaces = Dictionary(
    uniqueKeysWithValues: RealNameProduct.allCases.enumerated().map { ($1, $0) })

  func answered(_ product: RealNameProduct, _ result: ElementResult, isBillable: Bool) {
    if let row = Self.productPlaces[product], let column = Self.resultPlaces[result] {
      results[row * ElementResult.allCases.count + column].increment()
    }
    if isBillable { billable[product]?.increment() }
  }

  func anomaly(_ signal: AnomalySignal) { anomalies[signal]?.increment() }

  func asked(_ source: String, fault: SourceFault?, took: Duration) {
    let counted = of(source)
    if let fault { counted.faults[fault]?.increment() } else { counted.ok.increment() }
    counted.seconds.recordNanoseconds(took.nanoseconds)
  }

  func breaker(_ source: String, _ state: Breaker.State) {
    let counted = of(source)
    counted.breaker.set(state.rawValue)
    switch state {
    case .open:
      counted.opened.increment()
      // One line however many trials fail.
      guard leftAlone.withLock({ $0.insert(source).inserted }) else { return }
      log.warning(
        "a source of real-name checks keeps failing: it is left alone, but for trials",
        [.source: .operatorText(source)])
    case .trial: return
    case .closed:
      guard leftAlone.withLock({ $0.remove(source) }) != nil else { return }
      log.info(
        "a source of real-name checks answers again", [.source: .operatorText(source)])
    }
  }

  private func of(_ name: String) -> Source {
    sources.withLock { sources in
      if let known = sources[name] { return known }
      let made = Source(
        ok: Counter(
          label: "idv_realname_source_answers_total",
          dimensions: [("source", name), ("outcome", "answered")]),
        faults: Dictionary(
          uniqueKeysWithValues: SourceFault.allCases.map {
            (
              $0,
              Counter(
                label: "idv_realname_source_answers_total",
                dimensions: [("source", name), ("outcome", $0.rawValue)])
            )
          }),
        seconds: Timer(label: "idv_realname_source_seconds", dimensions: [("source", name)]),
        breaker: Meter(label: "idv_realname_breaker_state", dimensions: [("source", name)]),
        opened: Counter(
          label: "idv_realname_breaker_opened_total", dimensions: [("source", name)]))
      sources[name] = made
      return made
    }
  }
}
