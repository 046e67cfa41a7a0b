// Whose turn it is: one line of short jobs, one of long ones, what each has had of the lanes, and the accounts in each.

internal import Vocabulary

/// The two lines of a queue.
///
/// While both kinds have work, each gets lane time by its weight (`InferenceLimits`): what it spends, over its weight,
/// is kept level, as start-time fair queueing does (Goyal, Vin, Cheng 1997). A kind that had nothing to do saves nothing
/// up. So neither a flood of pictures stops the clips, nor do clips hold pictures up for longer than one of their
/// steps.
///
/// Within a line the accounts that wait take turns, by the same rule with each job counted as one: who comes with one job
/// waits for at most one of every other account, not for all that somebody else has there. And no account fills a line
/// (`InferenceLimits.accountPlacesRatio`).
struct JobLines {
  /// The jobs of one kind.
  struct Line {
    let depthMax: Int
    let weight: Int
    /// In the order in which they are taken.
    private(set) var waiting: [Job] = []
    /// Of the same jobs, in which round each is taken.
    private var rounds: [Int] = []
    /// The round that is being taken, and the next one of each account that has had one since.
    private var round = 0
    private var nextRounds: [AccountID?: Int] = [:]
    var running = 0
    /// Lane time over the weight.
    var spent = Duration.zero
    /// Running mean of a job's time on its lane; each job counts for an eighth.
    var meanRun: Duration

    init(depthMax: Int, weight: Int, millisGuess: Int) {
      self.depthMax = depthMax
      self.weight = weight
      meanRun = .milliseconds(millisGuess)
    }

    var hasRoom: Bool { waiting.count < depthMax }

    /// Whether `account` may have one more place.
    func hasRoom(for account: AccountID?) -> Bool {
      guard let account else { return true }
      let own = waiting.count { $0.account == account }
      return own <= InferenceLimits.accountPlacesRatio * (depthMax - waiting.count - 1)
    }

    mutating func append(_ job: Job) {
      let turn = max(nextRounds[job.account] ?? 0, round)
      nextRounds[job.account] = turn + 1
      let place = (rounds.lastIndex { $0 <= turn } ?? -1) + 1
      waiting.insert(job, at: place)
      rounds.insert(turn, at: place)
    }

    /// Takes the next job; there must be one.
    mutating func takeFirst() -> Job {
      round = rounds.removeFirst()
      return waiting.removeFirst()
    }

    /// Takes out all of which `condition` holds. Rounds that come later are given back to their accounts.
    mutating func removeAll(where condition: (Job) -> Bool) -> [Job] {
      let places = waiting.indices.filter { condition(waiting[$0]) }
      let removed = places.map { waiting[$0] }
      for place in places.reversed() {
        waiting.remove(at: place)
        rounds.remove(at: place)
      }
      for account in Set(removed.map(\.account)) {
        let last = waiting.lastIndex { $0.account == account }.map { rounds[$0] }
        nextRounds[account] = min(nextRounds[account] ?? 0, max(round, last ?? round) + 1)
      }
      return removed
    }
    /// Whether there is work, waiting or running.
    var isBusy: Bool { !waiting.isEmpty || running > 0 }

    /// When a place is likely to be free: half of what waits must have run.
    func retryHint(lanes: Int) -> Duration {
      let estimate = meanRun * (waiting.count / 2 + running) / lanes
      return min(
        max(estimate, .milliseconds(InferenceLimits.retryMillisMin)),
        .milliseconds(InferenceLimits.retryMillisMax))
    }
  }

  private var short: Line
  private var long: Line

  init(depthMax: Int, longDepthMax: Int) {
    short = Line(
      depthMax: depthMax, weight: InferenceLimits.shortWeight,
      millisGuess: InferenceLimits.jobMillisGuess)
    long = Line(
      depthMax: longDepthMax, weight: InferenceLimits.longWeight,
      millisGuess: InferenceLimits.longJobMillisGuess)
  }

  private(set) subscript(kind: JobKind) -> Line {
    get { kind == .short ? short : long }
    set {
      switch kind {
      case .short: short = newValue
      case .long: long = newValue
      }
    }
  }

  /// How many jobs wait.
  var depth: Int { short.waiting.count + long.waiting.count }
  /// How many wait or run.
  var count: Int { depth + short.running + long.running }

  var earliestDeadline: Deadline? {
    (short.waiting.map(\.deadline) + long.waiting.map(\.deadline)).min()
  }

  /// Whether a short job waits and the long ones have had their share.
  var isShortsTurn: Bool { !short.waiting.isEmpty && short.spent <= long.spent }

  /// The kind whose turn it is on a free lane; nil if nothing waits.
  var next: JobKind? {
    if long.waiting.isEmpty { return short.waiting.isEmpty ? nil : .short }
    return isShortsTurn ? .short : .long
  }

  /// Lets `job` wait in its line, where its account's turn is.
  mutating func append(_ job: Job) { self[job.kind].append(job) }

  /// Takes the first job of a line, which must not be empty.
  mutating func start(_ kind: JobKind) -> Job {
    self[kind].running += 1
    return self[kind].takeFirst()
  }

  /// A job of `kind` ends without having run.
  mutating func end(_ kind: JobKind) { self[kind].running -= 1 }

  /// A job of `kind` ends that ran for `duration`.
  mutating func end(_ kind: JobKind, after duration: Duration) {
    end(kind)
    self[kind].meanRun = (self[kind].meanRun * 7 + duration) / 8
  }

  /// Books lane time of a kind. It is owed to the other kind only if that one has work.
  mutating func spend(_ duration: Duration, on kind: JobKind) {
    self[kind].spent += duration / self[kind].weight
    let other: JobKind = kind == .short ? .long : .short
    if !self[other].isBusy { self[other].spent = max(self[other].spent, self[kind].spent) }
  }

  /// Takes out all waiting jobs of which `condition` holds.
  mutating func removeAll(where condition: (Job) -> Bool) -> [Job] {
    short.removeAll(where: condition) + long.removeAll(where: condition)
  }
}
