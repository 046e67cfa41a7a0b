// What real-name checks are sold as.

/// One kind of check, as an account is charged for it. Raw values are text of answers and ledgers: never change one.
package enum RealNameProduct: String, Sendable, CaseIterable {
  /// Name and ID number.
  case id2 = "ID2"
  /// With the days of validity.
  case id2Date = "ID2_DATE"
  /// Name and ID number read from a card.
  case id2OCR = "ID2_OCR"
  case phone2 = "PHONE2"
  case phone3Simple = "PHONE3_SIMPLE"
  case phone3Detail = "PHONE3_DETAIL"
  case phoneTime = "PHONE_TIME"
  case phoneStatus = "PHONE_STATUS"
  case phoneRecycled = "PHONE_RECYCLED"
  case bank2 = "BANK2"
  case bank3 = "BANK3"
  case bank4 = "BANK4"
  case bankInfo = "BANK_INFO"
  case minor = "MINOR"
}
