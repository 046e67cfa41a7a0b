// Which fields documents carry, under one name each for all kinds.

/// A field of a document. Values are in the form that the field's text says.
package enum DocumentField: String, Sendable, CaseIterable {
  /// In Chinese characters; the separator of minority names is U+00B7.
  case name
  /// In Latin letters as printed: family name, comma or blank, given names.
  case latinName
  /// Latin letters.
  case familyName
  /// Latin letters.
  case givenNames
  /// `男` or `女`.
  case sex
  /// The holder's nation (民族) as GB/T 3304 writes it, without 族.
  case nation
  /// Country of citizenship as printed, or its three letters if only those are there.
  case nationality
  /// `YYYY-MM-DD`.
  case birth
  /// All lines joined.
  case address
  /// Resident identity number, eighteen characters, or the fifteen of a foreigner's older card.
  case idNumber
  /// Who issued the document.
  case authority
  /// Both dates in the printed form: `YYYY.MM.DD-YYYY.MM.DD` or `YYYY.MM.DD-长期`.
  case validity
  /// `YYYY-MM-DD`: first day of validity or day of issue.
  case validFrom
  /// `YYYY-MM-DD`, or `长期` for a document without end.
  case validTo
  /// Number of the travel permit on a residence permit.
  case passNumber
  /// How often the document was issued, digits as printed.
  case issueCount
  /// Passport or permit number.
  case documentNumber
  /// Number that the holder had before, on the back of a foreigner's card.
  case previousNumber
  /// Passport type (P …) or the permit's title.
  case documentType
  /// Three letters of the state that issued it.
  case issuingState
  case birthPlace
  case issuePlace
  /// `YYYY-MM-DD`.
  case issueDate
  /// Lines of the machine-readable zone, fillers as `<`.
  case mrzLine1, mrzLine2, mrzLine3
  /// Digits without blanks.
  case cardNumber
  /// `MM/YYYY`.
  case cardExpiry
  /// Bank, as the number's first digits say.
  case cardIssuer
  /// `DEBIT`, `CREDIT`, `SEMI_CREDIT` or `PREPAID`.
  case cardType
  /// Scheme, as the number's first digits say: `unionPay`, `visa` …
  case cardNetwork
}
