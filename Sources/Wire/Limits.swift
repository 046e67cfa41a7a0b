// Every bound of the wire layer in one place, with its default and where the default comes from.

package import Vocabulary

/// The bounds one connection keeps. Values are those of PROTOCOL.md, "Defaults"; the reference behind each
/// is named beside it. A connection copies them at its start.
///
/// Not here, because other layers keep them: the handshake's time and number and the memory of all connections
/// (Transport), the depth of messages and what decoding may need (Messages), retries and reconnecting (Client). Not
/// kept: h2's cap of 20 on cancelled calls that were not accepted, because a cancelled call keeps its slot here until its
/// handler has ended, and a connection's age.
package struct WireLimits: Sendable {
  // Sizes.
  /// Largest frame payload we accept in the native profile; announced as MAX_FRAME.
  package var nativeFrameBytesMax = 64 << 10
  /// Largest frame payload in the compat profile, both directions. Fixed by ttrpc 1.2.
  package var compatFrameBytesMax = 4 << 20
  /// Largest message we accept, announced as MAX_MESSAGE; a method may set a smaller one (gRPC: 4 MiB;
  /// ours is the largest media message).
  package var messageBytesMax = 24 << 20
  /// Largest message of a method that does not say otherwise (gRPC's default).
  package var methodMessageBytesMax = 4 << 20
  /// Metadata of one call: keys and values together, plus 32 a pair (HTTP/2 counts like that).
  package var metadataBytesMax = 8 << 10
  /// Metadata of one call, pairs.
  package var metadataPairsMax = 64
  /// Reason text of a CANCEL.
  package var cancelReasonBytesMax = 256
  /// Text of a GOAWAY.
  package var goAwayTextBytesMax = 1 << 10
  /// What messages may be packed with (native); announced. The bounds of unpacking are in `CompressionLimits`.
  package var encodings = MessageEncodings.all
  /// Entries of a SETTINGS frame.
  package var settingsEntriesMax = 64

  // Flow control (native).
  /// What a peer may send on one stream before credit is returned (Envoy's edge profile: 64 KiB;
  /// brpc: 2 MiB).
  package var streamWindowBytes = 1 << 20
  /// The same for the connection (Envoy's edge profile: 1 MiB).
  package var connectionWindowBytes = 4 << 20

  // Concurrency and memory.
  /// Calls at a time, counting those cancelled whose handler has not ended (Envoy's edge profile).
  package var streamsMax = 100
  /// Memory held for one connection: partial messages, messages with handlers, queued replies.
  package var memoryBytesMax = 32 << 20
  /// Messages that wait to be sent on one stream, above which its sender should wait for room. Four frames.
  package var streamQueueBytesMax = 256 << 10
  /// Staged output above which no input is read.
  package var outboundBytesMax = 256 << 10
  /// How much output is staged at a time; bounds what a control frame waits behind.
  package var outboundStageBytes = 64 << 10
  /// A payload up to this size is copied beside its header, a larger one is referenced. One TLS record.
  package var coalescedBytesMax = 16 << 10
  /// Control frames that wait to be written; above it the peer is not reading (h2 libraries: 1,000–10,000).
  package var controlFramesQueuedMax = 1000

  // Time.
  /// Native: from the end of the handshake to the first frame.
  package var firstFrame: Duration = .seconds(10)
  /// From a frame's header to its end, plus what `frameBodyBytesPerSecondMin` allows for its length.
  package var frameBody: Duration = .seconds(30)
  /// Slowest transfer of a frame body that is not cut off.
  package var frameBodyBytesPerSecondMin = 64 << 10
  /// Output pending and none of it taken.
  package var writeStall: Duration = .seconds(20)
  /// No call for so long ends the connection (nginx keeps minutes, gRPC for ever).
  package var idle: Duration = .seconds(30 * 60)
  /// Native: silence after which we send a PING (gRPC: 2 h; load balancers cut at 60 s).
  package var pingAfterSilence: Duration = .seconds(30)
  /// Native: how long the answer to a PING may take (gRPC).
  package var pingTimeout: Duration = .seconds(20)
  /// Native: PINGs we accept are at least so far apart; announced (gRPC: 5 min).
  package var pingIntervalMin: Duration = .seconds(10)
  /// Native: PINGs that come too early before the connection is closed (gRPC).
  package var pingStrikesMax = 2
  /// Deadline of a call that brings none.
  package var deadlineDefault: Duration = .seconds(60)
  /// Longest deadline; a longer one is cut to it.
  package var deadlineMax: Duration = .seconds(600)
  /// A stream whose credit is withheld for lack of memory is refused after this.
  package var memoryStarvation: Duration = .seconds(5)
  /// Between the two GOAWAY frames of a drain: time for calls already on their way.
  package var drainNotice: Duration = .seconds(1)
  /// What running calls get once a drain has begun.
  package var drainGrace: Duration = .seconds(30)

  // Floods.
  /// Streams reset by the peer, or by us through the peer's fault, and native calls over `streamsMax`, at once
  /// (nghttp2; those that the peer provokes count because of CVE-2025-8671).
  package var resetsBurstMax = 1000
  /// The same, per second in the long run (nghttp2).
  package var resetsPerSecondMax = 33
  /// Control frames that carry nothing useful, per `controlFramesWindow`.
  package var controlFramesMax = 100
  /// The span over which `controlFramesMax` counts.
  package var controlFramesWindow: Duration = .seconds(10)
  /// Empty DATA frames in a row.
  package var emptyDataFramesMax = 100
  /// A WINDOW below this counts as a control frame that carries nothing useful.
  package var windowIncrementUsefulMin = 4 << 10

  /// The defaults.
  package init() {}

  /// Traps where bounds contradict each other; called once a connection in debug builds.
  func check() {
    assert(nativeFrameBytesMax >= Settings.assumed.frameBytesMax, "a SETTINGS value only raises")
    assert(streamWindowBytes >= Settings.assumed.streamWindowBytes, "a SETTINGS value only raises")
    assert(connectionWindowBytes >= Settings.assumed.connectionWindowBytes, "likewise")
    assert(messageBytesMax >= Settings.assumed.messageBytesMax, "likewise")
    assert(streamsMax >= Settings.assumed.streamsMax, "likewise")
    assert(metadataBytesMax >= Settings.assumed.metadataBytesMax, "likewise")
    assert(streamWindowBytes <= Int(StreamID.max) && connectionWindowBytes <= Int(StreamID.max))
    assert(messageBytesMax <= memoryBytesMax, "a message must fit its connection's budget")
    assert(coalescedBytesMax <= outboundStageBytes && outboundStageBytes <= outboundBytesMax)
  }
}

/// The limits of one connection, kept apart so that the machines stay small enough to be passed around.
final class ConnectionLimits: Sendable {
  let values: WireLimits

  init(_ values: WireLimits) {
    values.check()
    self.values = values
  }
}
