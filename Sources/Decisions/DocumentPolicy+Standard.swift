// The thresholds that the server ships with.

extension DocumentPolicy {
  /// What the limits were chosen on.
  ///
  /// Rendered specimen cards of known condition (seeds 11–88, 1,440 pictures, five levels of difficulty and
  /// twelve conditions), and 276 pictures of 23 further kinds made for the purpose (seed 101): other lights,
  /// fabrics, worn print, fine guilloches, hard shadows, JPEG qualities 30–90, fingers of seven skin tones, lamps,
  /// simulated screen pixels. Each limit lies between the values of ordinary pictures and those of spoiled ones.
  /// Cards were rectified by their true corners. No real card was among them: limits are to be checked on an
  /// operator's own pictures.
  ///
  /// What is known to be missed or mistaken, from 230 pictures of the 23 kinds that were kept back (seed 202):
  /// half of the simulated screens and four of ten weak moirés are not told as recaptures, colour copies are not
  /// told at all, nor are small pictures that were enlarged; seven of ten hard shadows count as glare. That no
  /// warning is raised proves nothing.
  package static let calibrated =
    "rendered cards, seeds 11-88 (1440), and 23 kinds of spoiled pictures, seed 101 (276); no real cards"

  package static let standard = DocumentPolicy(thresholds: [
    DocumentThreshold(
      .borderIncomplete, limit: 0.02, meaning: "a fiftieth of the card lies outside the picture"),
    DocumentThreshold(
      .occlusion, limit: 0.02, meaning: "one thing covers a fiftieth of the card's paper"),
    DocumentThreshold(
      .glare, limit: 0.5,
      meaning: "a washed-out hill of light: area times height 0.13 % of the card's paper"),
    DocumentThreshold(
      .blur, limit: 0.28, meaning: "edges 0.28 as wide as the main writing is high"),
    DocumentThreshold(
      .dark, limit: 0.7, meaning: "the brighter tenth of the card has a luma below 77 of 255"),
    DocumentThreshold(
      .lowResolution, limit: 0.485,
      meaning: "main writing 16.5 pixels high, a card 440 pixels wide"),
    DocumentThreshold(
      .photocopy, limit: 0.5, meaning: "half the colour of the palest card, or less"),
    DocumentThreshold(
      .screenRecapture, limit: 0.5,
      meaning: "a regular grid of 36-fold power over its neighbourhood all over the card"),
    DocumentThreshold(
      .editing, limit: 0.8, advisory: true,
      meaning: "a line of writing on paper with a fifth of the card's grain"),
    DocumentThreshold(
      .watermark, limit: 0.25, advisory: true,
      meaning: "slanting writing as long as a quarter of the card"),
    DocumentThreshold(
      .electronic, limit: 0.6, advisory: true,
      meaning: "exactly upright, grain below a sixth of a grey level"),
  ])
}
