// Whose turn it is: one line of short jobs, one of long ones, and the accounts in each.

internal import Vocabulary

/// The two lines of a queue. Each has lanes of its own; processor time is shared by the system
/// (`InferenceLimits.longNiceSteps`).
///
/// Within a line the accounts that wait take turns, each job counted as one, as start-time fair queueing does (Goyal, Vin,
/// Cheng 1997): who comes with one job waits for at most one of every other account, not for all that somebody else has
/// there. And no account fills a line (`InferenceLimits.accountPlacesRatio`).
struct JobLines {
  /// The jobs of one kind.
  struct Line {
    let depthMax: Int
    /// In the order in which they are taken.
    private(set) var waiting: [Job] = []
    /// Of the same jobs, in which round each is taken.
    private var rounds: [Int] = []
    /// The round that is being taken, and the next one of each account that has had one since.
    private var round = 0
    private var nextRounds: [AccountID?: Int] = [:]
    var running = 0
    /// Running mean of a job's time on its lane; each job counts for an eighth.
    var meanRun: Duration

    init(depthMax: Int, millisGuess: Int) {
      self.depthMax = depthMax
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

    /// How many wait or run.
    var count: Int { waiting.count + running }

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
    short = Line(depthMax: depthMax, millisGuess: InferenceLimits.jobMillisGuess)
    long = Line(depthMax: longDepthMax, millisGuess: InferenceLimits.longJobMillisGuess)
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

  var earliestDeadline: Deadline? {
    (short.waiting.map(\.deadline) + long.waiting.map(\.deadline)).min()
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

  /// Takes out all waiting jobs of which `condition` holds.
  mutating func removeAll(where condition: (Job) -> Bool) -> [Job] {
    short.removeAll(where: condition) + long.removeAll(where: condition)
  }
}
