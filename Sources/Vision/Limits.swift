// Bounds and fixed numbers of the face and text pipelines and the card finder. Where a number was tuned, the text
// says on what.

internal import Media

/// Bounds of the face and text pipelines.
package enum VisionLimits {
  /// Most candidates of one look that go into the removal of doubles, best first. A crowd gives
  /// some hundreds; only noise made for the purpose gives thousands.
  package static let candidatesMax = 750
  /// A JPEG is decoded no smaller than this (pixels of its longer side) when it is at least twice
  /// as large: more than twice the detector's larger input, so that small faces keep their pixels.
  package static let decodeLongSideMin = 1600
  /// Parts of the text detector's map with fewer places are left out: too thin for a line.
  package static let linePixelsMin = 9
  /// Most parts of the map that are looked at, largest first (the model's own value).
  package static let linePartsMax = 1000
  /// Most lines of one picture. A passport page has about thirty; each one more costs a model run.
  package static let linesMax = 120
  /// Most further looks at doubtful lines of one card: a blurred card has four such lines.
  package static let looksMax = 8
  /// Most places of one card that are looked at again because a line must stand there.
  package static let secondLooksMax = 6
  /// Longest line that is cut out, in columns at the recogniser's height: far more than a card's
  /// longest.
  package static let lineColumnsMax = 1 << 14
  /// A JPEG of documents is decoded no smaller than this (pixels of its longer side): a card that
  /// fills half of it still has 15 pixels for the height of its smallest print.
  package static let documentLongSideMin = 2000
  /// Smallest square about a face that a mesh is laid over, in pixels.
  package static let meshRegionSideMin = 24
  /// Largest calibration file that is read.
  package static let calibrationBytesMax = 1 << 20
}

/// How a face is followed along a clip. Times are between analysed frames, in seconds.
package enum TrackLimits {
  /// Below this presence the mesh lies on no face (a logit of 0; faces have about 17, noise −4).
  package static let presenceMin = 0.5
  /// A detector looks at the whole frame again after this time: for other faces, and whether the mesh still lies
  /// on one.
  package static let detectionSeconds = 0.3
  /// Least overlap of a detector's box with the mesh's for both to be the same face. They differ by a fifth
  /// of their sides at most when they are.
  package static let sameFaceOverlap = 0.25
  /// Detections in a row that show a face elsewhere and none under the mesh, after which the mesh is given up.
  package static let strayDetectionsMax = 2
  /// A template is made again after a time drawn from these, at the next frame that shows the face from the front.
  package static let identitySeconds = 0.3...0.9
  /// And where something happens: eyes that close or a mouth that opens so far (blendshapes), a head that was turned by so
  /// many degrees since the last template.
  static let lookEyeClosure = 0.5
  static let lookMouth = 0.3
  static let lookYaw = 10.0
  static let lookPitch = 8.0
  /// Such looks wait so long for a frame from the front, seconds.
  static let lookOverdueSeconds = 0.2
  /// Most of them at once, and a second.
  static let looksAtOnceMax = 8.0
  static let looksPerSecondMax = 8.0
  /// Two frames whose aligned faces correlate less may show two people.
  static let patchLikenessMin = 0.6
  /// Frames farther apart are not compared: the later one is looked at.
  static let patchSeconds = 0.25
  /// A portrait is worth a template like pictures' if it is better than the last such one by this factor.
  package static let betterPortrait = 1.1
  /// From the front: yaw and pitch in degrees, at most.
  package static let frontalYawMax = 25.0
  package static let frontalPitchMax = 25.0
  /// After this time a template is made of whatever is seen, turned by this yaw or pitch in degrees at most.
  package static let identityOverdueSeconds = 1.5
  package static let identityYawMax = 40.0
  /// A face whose cosine to the clip's reference is below this is another person's, from the front and turned. Along
  /// 34 clips the lowest from the front was 0.48 in 561 templates, the highest between clips of different people 0.44
  /// in 19,417; turned by up to 40° one of 39 was below 0.57.
  package static let samePersonMin = 0.45
  package static let samePersonMinTurned = 0.30
  /// A box whose centre moves by more than this share of its width from one analysed frame to the next, or whose
  /// width changes by more than this share, within `jumpSeconds`, may be another person's: the template is made again at once.
  package static let jumpShare = 0.35
  package static let jumpSeconds = 0.15
  /// A face has left the frame when this share of its box lies outside.
  package static let outsideShareMin = 0.08
  /// Quality is measured at most once in this time.
  package static let qualitySeconds = 0.1
}

/// Bounds of clips, and how many of their frames are looked at.
package enum ClipLimits {
  /// Most bytes of a video.
  package static let bytesMax = VideoLimits.standardBytesMax
  /// Most bytes of a video that came in chunks.
  package static let streamedBytesMax = VideoLimits.streamedBytesMax
  /// Longest video unless a service says otherwise.
  package static let secondsMax = VideoLimits.standardSecondsMax
  /// Frames analysed a second unless more are asked for. Of 70 eye closures on clips of 25 and 30 frames a second, half
  /// of them 100 ms or shorter, 0.95 are seen at 20, 0.92 at 15, 0.82 at 10.
  package static let framesPerSecond = 20.0
  /// Most best frames of a clip.
  package static let bestFramesMax = 10
  /// One best frame at most in each stretch of so many seconds.
  package static let bestFrameStretchSeconds = 0.25
  /// Best frames are this far apart if the clip has enough good ones, in seconds.
  package static let bestFrameGapSecondsMax = 1.0
  /// Of the JPEG file, 1–100.
  package static let bestFrameJPEGQuality = 92
  /// Frames this near to an event are not steady, in seconds.
  package static let steadySeconds = 0.15
}

/// Bounds of the card finder. What is in pixels is in those of the working picture. The numbers were set on
/// rendered pictures of cards (blurred, dark, tilted, in a hand, on patterned ground).
package enum CardFinderLimits {
  /// Longer side of the picture that edges are sought in. A card that fills a seventh of it still has 90 pixels.
  package static let workSide = 640
  /// Pictures whose shorter side is below this then hold no card.
  package static let workSideMin = 24
  /// Most cards of one picture.
  package static let cardsMax = 4
  /// Most lines of writing that are looked at.
  package static let textQuadsMax = 200
  /// What counts as an edge: noise gives about the median, a card on a desk of its own colour little more.
  static let edgeThreshold = EdgeMap.Threshold(factor: 1.6, range: 1.2...6)
  /// Shortest straight run of edges, and most of them.
  package static let runLengthMin = 10
  package static let runsMax = 4000
  /// Shortest line, all its runs together, and most of them.
  package static let lineLengthMin = 16.0
  package static let linesMax = 90
  /// Most quads that are judged.
  package static let quadsMax = 40_000
  /// Candidates that are kept.
  package static let candidatesKept = 64
  /// Shortest side of a card as a share of the picture's longer side.
  package static let sideShareMin = 0.05
  /// Least share of a side that is an edge.
  package static let coveredMin = 0.42
  /// The same where only three sides are seen.
  package static let coveredMinOfThree = 0.6
  /// Share of a side at each end that need not be an edge: corners are round (3.18 of 53.98 mm).
  package static let roundedShare = 0.06
  /// Lines end this far from the picture's border, where no gradient is known.
  package static let borderMargin = 3.0
  /// Farthest from a card's proportions, as a logarithm, and from right angles, as a cosine: paper bends, lenses
  /// differ.
  package static let strangenessMax = 0.32
  package static let skewMax = 0.35
  /// Least score of a card, of a further one, and the one that is always right.
  /// (A further one of which nothing is written needs `scoreMinUnread`.)
  package static let scoreMin = 0.35
  package static let scoreMinOfMore = 0.6
  package static let scoreMinUnread = 0.7
  /// Highest confidence of a card whose fourth side was extrapolated.
  package static let cutConfidenceMax = 0.8
  /// What a card loses whose fourth side lies outside.
  package static let cutPenalty = 0.08
  package static let scoreSure = 0.75
  /// Below this confidence the surroundings of the writing are looked at from near by.
  package static let closerLookBelow = 0.7
  /// Fewest lines of writing a place is guessed from.
  package static let guessLinesMin = 3
  /// Confidence of a guess from writing, and of the whole picture taken as the card.
  package static let guessConfidence = 0.1
  package static let wholeConfidence = 0.2
}

/// Bounds of presentation-attack detection.
package enum PresentationLimits {
  /// Seconds between looks at a clip's face. Each costs four small model runs and nine spectra, some ten
  /// milliseconds.
  static let lookSeconds = 0.4
  /// With so many looks every other one goes: the median of 8 strays by a third of what one look does.
  static let looksMax = 16
  /// Fewer frames with a face do not tell whether it moves.
  static let expressionFramesMin = 8
}

/// Numbers of frame fingerprints. Set on re-encoded copies of clips (see `ReplayLimits`) before any threshold.
package enum FingerprintLimits {
  /// Blocks along the longer side of the grey copy: twice what the finest frequency needs of a face that fills a
  /// quarter of it.
  static let gridSide = 160
  /// Side of the view in cells, four to the finest half wave.
  static let cells = 32
  /// The view's side over the distance of the eyes (or of eyes and mouth, if larger): forehead to chin, ear to ear.
  static let sideOverEyeDistance = 3.5
  /// Faces with eyes nearer than this, in pixels, have no detail to compare.
  static let eyeDistanceMin = 12.0
  /// How far back the frame lies that a frame is compared with, and by how much it may differ.
  package static let lagSeconds = 0.4
  static let lagToleranceSeconds = 0.12
  /// Least time between two fingerprints: a little under a tenth of a second, for clocks that round.
  package static let spacingSeconds = 0.095
  /// Added to the contrast that changes are measured by, so that a grey wall has none; 8-bit luma.
  static let contrastFloor: Float = 5
  /// Grey copies that are kept at most, about 80 KiB each.
  static let keptMax = 32
}
