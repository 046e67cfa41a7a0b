// The authority that issued a card, by the form of its name. Information: authorities are renamed and merged.

/// What an authority's name looks like.
package struct IssuingAuthority: PersonalValue {
  /// The name without blanks.
  package let name: String
  package let form: Form
  /// What stands before the office's own name: 北京市 of 北京市公安局朝阳分局.
  package let place: String

  /// Forms in use.
  package enum Form: Sendable, Equatable {
    /// …公安局
    case bureau
    /// …公安分局, …公安局…分局
    case branch
    /// …派出所, …公安处 and other offices below a bureau.
    case office
    /// The immigration administration, and exit-entry offices of public security.
    case immigration
  }

  /// Nil if the text has none of the forms.
  package init?(_ text: some StringProtocol) {
    let name = String(
      text.prefix(IdentityNumberLimits.textCharactersMax).filter { !$0.isWhitespace })
    guard let (form, place) = Self.form(of: name) else { return nil }
    self.name = name
    self.form = form
    self.place = place
  }

  private static func form(of name: String) -> (Form, String)? {
    if name.hasSuffix("移民管理局") {
      return (.immigration, String(name.dropLast(name.hasSuffix("国家移民管理局") ? 7 : 5)))
    }
    guard let (place, rest) = split(name, at: "公安") else { return nil }
    if rest.contains("出入境管理") { return (.immigration, place) }
    guard !place.isEmpty else { return nil }
    if rest == "局" { return (.bureau, place) }
    if rest.hasSuffix("分局") { return (.branch, place) }
    if rest.hasSuffix("派出所") || rest == "处" { return (.office, place) }
    return nil
  }

  /// Before and behind the first `word`.
  private static func split(_ name: String, at word: String) -> (String, String)? {
    let characters = Array(name)
    let wanted = Array(word)
    guard characters.count >= wanted.count else { return nil }
    for start in 0...(characters.count - wanted.count)
    where Array(characters[start..<start + wanted.count]) == wanted {
      return (
        String(characters[..<start]), String(characters[(start + wanted.count)...])
      )
    }
    return nil
  }
}
