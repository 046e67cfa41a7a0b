// Why a text cannot be asked for. Names the field and the limit, never what was written.

/// A text that nobody could be asked to say, or that could not be checked.
package struct UnreadableText: Error, Sendable, Equatable, CustomStringConvertible {
  /// The field of the request.
  package let field: String
  package let reason: Reason

  package init(field: String, reason: Reason) {
    self.field = field
    self.reason = reason
  }

  /// Positions are characters of the text as it was given, from 0.
  package enum Reason: Sendable, Equatable {
    case tooLong(charactersMax: Int)
    /// Nothing in it is said aloud.
    case nothingToSay
    /// A character that the table of readings does not have: private use, another script, an emoji.
    case noReading(position: Int)
    /// A sign that can be read in several ways or not at all (`@`, `*`, `+`); write what is to be said.
    case sign(position: Int)
    /// Controls text instead of being text, as marks of direction do: what is shown may not be what is checked.
    case control(position: Int)
    /// More letters in a row than are spelled.
    case latinWord(position: Int, lettersMax: Int)
    /// More digits in a row than anybody reads.
    case longNumber(position: Int, digitsMax: Int)
    /// A name that is marked where the text is not.
    case nameOutside
    case tooMany(Int)
    case tooFew(Int)
    /// Two answers that are the same when said.
    case sameAnswer(index: Int)

    /// Which reason it is, without its places and limits.
    package var name: String { String("\(self)".prefix { $0 != "(" }) }
  }

  package var description: String {
    let what =
      switch reason {
      case .tooLong(let most): "longer than \(most) characters"
      case .nothingToSay: "has nothing that is said aloud"
      case .noReading(let at): "character \(at) has no Mandarin reading; write it otherwise"
      case .sign(let at):
        "character \(at) is a sign that is not read aloud; write what is to be said"
      case .control(let at): "character \(at) is a control character; leave it out"
      case .latinWord(let at, let most):
        "more than \(most) Latin letters in a row at character \(at); write the word in Chinese"
      case .longNumber(let at, let most): "more than \(most) digits in a row at character \(at)"
      case .nameOutside: "a name is marked outside the text"
      case .tooMany(let most): "more than \(most) entries"
      case .tooFew(let least): "fewer than \(least) entries"
      case .sameAnswer(let index): "entry \(index) is said like one before it"
      }
    return "\(field): \(what)"
  }
}
