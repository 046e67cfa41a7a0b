// What holds for every way a reader may cut a card into lines, and for any lines at all.

import Documents
import IdentityNumbers
import Testing
import Vision

/// Repeatable chance.
struct Dice: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// One line cut in two where `place` is, both parts where they were.
func split(_ line: TextLine, at place: Int) -> [TextLine] {
  guard place > 0, place < line.characters.count else { return [line] }
  let border = (line.characters[place - 1].position + line.characters[place].position) / 2
  let (left, right, y0, y1) = (
    line.quad.topLeft.x, line.quad.topRight.x, line.quad.topLeft.y, line.quad.bottomLeft.y
  )
  func part(_ range: Range<Int>, _ from: Double, _ to: Double) -> TextLine {
    let (a, b) = (left + (right - left) * from, left + (right - left) * to)
    let quad = Quad(
      topLeft: ImagePoint(x: a, y: y0), topRight: ImagePoint(x: b, y: y0),
      bottomRight: ImagePoint(x: b, y: y1), bottomLeft: ImagePoint(x: a, y: y1))
    let characters = line.characters[range].map {
      var read = $0
      read.position = (read.position - from) / (to - from)
      return read
    }
    return TextLine(quad: quad, characters: characters, detectionConfidence: 0.9)
  }
  return [part(0..<place, 0, border), part(place..<line.characters.count, border, 1)]
}

let frontValues = interpreter.interpret(reading(front())).fields.mapValues(\.value)
let backValues = interpreter.interpret(reading(back())).fields.mapValues(\.value)

/// Fields that are wrong although they are not low and no doubt is about them.
func wrongUnseen(_ document: InterpretedDocument, _ truth: [DocumentField: String])
  -> [DocumentField]
{
  DocumentField.allCases.filter { field in
    guard let reading = document.fields[field] else { return false }
    return reading.value != truth[field] && !reading.isLow
      && !document.doubts.contains { $0.fields.contains(field) }
  }
}

@Test(arguments: 0..<30) func orderAndCutsOfLinesDoNotMatter(_ seed: Int) {
  var dice = Dice(state: UInt64(seed))
  for (lines, truth) in [(front(), frontValues), (back(), backValues)] {
    var card = reading(lines)
    card.lines = card.lines.flatMap { line in
      Bool.random(using: &dice)
        ? split(line, at: Int.random(in: 0..<line.characters.count, using: &dice)) : [line]
    }.shuffled(using: &dice)
    let document = interpreter.interpret(card)
    #expect(document.fields.mapValues(\.value) == truth)
  }
}

/// The last line of an address is the one whose loss nothing on the card tells; its place under glare is told.
@Test(arguments: 0..<40) func lostLinesNeverMakeAFieldWrongUnseen(_ seed: Int) {
  var dice = Dice(state: UInt64(seed) &+ 1000)
  for (lines, truth) in [(front(), frontValues), (back(), backValues)] {
    var card = reading(lines)
    card.lines = card.lines.filter { line in
      Int.random(in: 0..<5, using: &dice) > 0 || line.text.hasSuffix("401室")
    }
    let document = interpreter.interpret(card)
    #expect(wrongUnseen(document, truth) == [])
  }
}

@Test(arguments: 0..<40) func doubtfulMisreadingsNeverPassUnseen(_ seed: Int) {
  var dice = Dice(state: UInt64(seed) &+ 2000)
  let wrong = Array("0123456789OIB王玉五土士人入八末未回族")
  for (lines, truth) in [(front(), frontValues), (back(), backValues)] {
    var card = reading(lines)
    for _ in 0..<3 {
      let line = Int.random(in: 0..<card.lines.count, using: &dice)
      let place = Int.random(in: 0..<card.lines[line].characters.count, using: &dice)
      let read = card.lines[line].characters[place]
      card.lines[line].characters[place] = ReadCharacter(
        character: wrong.randomElement(using: &dice)!, confidence: 0.55,
        alternatives: [.init(character: read.character, confidence: 0.4)], position: read.position)
    }
    let document = interpreter.interpret(card)
    #expect(wrongUnseen(document, truth) == [])
  }
}

@Test(arguments: 0..<20) func smallTurnsAndShiftsDoNotMatter(_ seed: Int) {
  var dice = Dice(state: UInt64(seed) &+ 3000)
  let slope = Double.random(in: -0.02...0.02, using: &dice)
  let shift = Double.random(in: -25...25, using: &dice)
  func moved(_ point: ImagePoint) -> ImagePoint {
    ImagePoint(x: point.x + shift, y: point.y + slope * (point.x - 500) + shift / 2)
  }
  var card = reading(front())
  card.lines = card.lines.map { line in
    var line = line
    line.quad = Quad(
      topLeft: moved(line.quad.topLeft), topRight: moved(line.quad.topRight),
      bottomRight: moved(line.quad.bottomRight), bottomLeft: moved(line.quad.bottomLeft))
    return line
  }
  #expect(interpreter.interpret(card).fields.mapValues(\.value) == frontValues)
}

/// Any lines: nothing traps, what is told is well formed, and without a kind there are no fields.
@Test(arguments: 0..<60) func anyLinesAreHarmless(_ seed: Int) {
  var dice = Dice(state: UInt64(seed) &+ 4000)
  let characters = Array(
    "姓名性别民族出生住址公民身份号码签发机关有效期限居证护照国籍0123456789XOIl<PCHN./-:年月日男女汉长期ABC ·ئི\u{20BB7}👨‍👩‍👧")
  let odd: [Double] = [0, -1, 1e9, .nan, .infinity, -.infinity, 0.5, 300, 600]
  func number() -> Double {
    Int.random(in: 0..<4, using: &dice) == 0
      ? odd.randomElement(using: &dice)! : Double.random(in: -100...1200, using: &dice)
  }
  func point() -> ImagePoint { ImagePoint(x: number(), y: number()) }
  var card = reading([])
  card.width = [0, -5, 1, 1012, Int.max].randomElement(using: &dice)!
  card.height = [0, -5, 1, 638, Int.max].randomElement(using: &dice)!
  card.lines = (0..<Int.random(in: 0..<24, using: &dice)).map { _ in
    TextLine(
      quad: Quad(topLeft: point(), topRight: point(), bottomRight: point(), bottomLeft: point()),
      characters: (0..<Int.random(in: 0..<60, using: &dice)).map { _ in
        ReadCharacter(
          character: characters.randomElement(using: &dice)!, confidence: number(),
          alternatives: [
            .init(character: characters.randomElement(using: &dice)!, confidence: number())
          ],
          position: Bool.random(using: &dice) ? Double.random(in: 0...1, using: &dice) : number())
      }, detectionConfidence: number())
  }
  for kind in [DocumentKind?.none, DocumentKind.allCases.randomElement(using: &dice)] {
    let document = interpreter.interpret(card, as: kind)
    #expect(document.kind != nil || document.fields.isEmpty)
    #expect(
      document.fields.values.allSatisfy { (0...100).contains($0.confidence) && !$0.value.isEmpty })
    #expect(document.scores.values.allSatisfy { (0...1).contains($0) })
  }
}

/// Right layouts with wild lines among them: the layouts' code is reached, nothing traps.
@Test(arguments: 0..<20) func wildLinesAmongOthersAreHarmless(_ seed: Int) {
  var dice = Dice(state: UInt64(seed) &+ 5000)
  for lines in [
    front(), back(), passportLines(), permitFrontLines(), bankLines(), foreignerLines(),
  ] {
    var card = reading(lines)
    for index in card.lines.indices where Int.random(in: 0..<3, using: &dice) == 0 {
      card.lines[index].characters.shuffle(using: &dice)
      for place in card.lines[index].characters.indices {
        card.lines[index].characters[place].position = Double.random(in: -1...2, using: &dice)
      }
    }
    let document = interpreter.interpret(card)
    #expect(
      document.fields.values.allSatisfy { (0...100).contains($0.confidence) && !$0.value.isEmpty })
  }
}
