// Every bound of the inference core, in one place.

/// Bounds of the inference core: sizes of what is read at start-up, and how much may wait.
package enum InferenceLimits {
  /// Largest model manifest that is read.
  package static let manifestBytesMax = 1 << 20
  /// Largest model file: ten times the largest one in use (39 MB).
  package static let modelBytesMax = 400 << 20
  /// Longest text field of the manifest.
  package static let manifestTextBytesMax = 300
  /// Largest entry of a model file's metadata that is read: ten times the largest one in use, the
  /// 73 kB of a recogniser's characters.
  package static let metadataBytesMax = 1 << 20
  /// Jobs that may wait unless an operator says otherwise. At about 50 ms a job on each of two lanes the last one waits
  /// 6 s, which is more than the usual deadline: longer queues only keep answers nobody waits for.
  package static let queueDepthDefault = 256
  /// Long jobs that may wait unless an operator says otherwise. Each keeps a clip of up to 24 MiB in memory and takes about
  /// a second of a lane: with two lanes the last one waits for 16 s.
  package static let longQueueDepthDefault = 32
  /// Largest bounds of both that may be set: 64 for each of the most lanes.
  package static let queueDepthMax = 4096
  /// An account's jobs of a kind that wait may be this many times the places that they leave free: one account alone has
  /// three quarters of the places, two have three sevenths each, and there is always one for another.
  package static let accountPlacesRatio = 3
  /// By how much the nice value of long jobs' lanes is above that of the process. Linux gives a thread five steps above
  /// another a third of its time: while both kinds of jobs want all processors, long ones have a quarter of them, so that
  /// neither a flood of pictures stops the clips, nor do clips hold pictures up.
  package static let longNiceSteps = 5
  /// Most lanes of a kind: more threads than this would not fit one machine's memory bandwidth.
  package static let lanesMax = 64
  /// What a job is taken to cost before one has been measured, in milliseconds.
  package static let jobMillisGuess = 50
  package static let longJobMillisGuess = 1000
  /// Longest a lane sleeps without looking at the queue.
  package static let idleWait = Duration.seconds(1)
  /// Shortest and longest retry hint, in milliseconds.
  package static let retryMillisMin = 50
  package static let retryMillisMax = 30_000
}
