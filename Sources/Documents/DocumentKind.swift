// Which documents can be read.

/// A document's side, or a page, as its layout is known.
package enum DocumentKind: String, Sendable, CaseIterable {
  case residentIDFront, residentIDBack
  case temporaryIDFront, temporaryIDBack
  case hmtResidencePermitFront, hmtResidencePermitBack
  case foreignerPermanentResidenceFront, foreignerPermanentResidenceBack
  case passport
  case mainlandTravelPermitFront, mainlandTravelPermitBack
  case bankCard
}
