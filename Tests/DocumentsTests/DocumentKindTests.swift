// Kinds of documents have names of their own.

import Documents
import Testing

@Test func rawValuesAreUnique() {
  #expect(Set(DocumentKind.allCases.map(\.rawValue)).count == DocumentKind.allCases.count)
}
