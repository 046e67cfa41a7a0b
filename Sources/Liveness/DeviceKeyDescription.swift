// What Android's keystore says about a key: the extension 1.3.6.1.4.1.11129.2.1.17 of its certificate.

/// The parts of a KeyDescription that are judged, as the schema of attestation versions 1 to 400 has them. Everything is
/// read with a strict reader and nothing is believed yet.
package struct AndroidKeyDescription: Sendable, Equatable {
  /// Raw values are those of the schema.
  package enum SecurityLevel: Int, Sendable {
    case software = 0
    case trustedEnvironment = 1
    case strongBox = 2
  }

  /// How the device was started.
  package struct RootOfTrust: Sendable, Equatable {
    package var isLocked: Bool
    /// 0 verified, 1 by the owner's key, 2 not verified, 3 failed.
    package var bootState: Int

    package init(isLocked: Bool, bootState: Int) {
      self.isLocked = isLocked
      self.bootState = bootState
    }
  }

  package var attestationVersion: Int
  package var attestationLevel: SecurityLevel
  package var keyLevel: SecurityLevel
  package var challenge: [UInt8]
  /// As the hardware holds to them: 2 is signing.
  package var purposes: [Int]
  /// 0: made inside.
  package var origin: Int?
  package var rootOfTrust: RootOfTrust?
  /// YYYYMM.
  package var patchMonth: Int?
  /// Package names, and SHA-256 of the certificates they are signed with; from the system, not from hardware.
  package var packages: [String]
  package var signers: [[UInt8]]

  /// - Parameter der: the extension's value. Nil if it is not one.
  package init?(der: [UInt8]) {
    do throws(DERFault) { try self.init(reading: der) } catch { return nil }
  }

  private init(reading der: [UInt8]) throws(DERFault) {
    var whole = DERReader(der[...])
    var fields = try whole.inside(.sequence)
    try whole.end()
    attestationVersion = try fields.number()
    attestationLevel = try Self.level(&fields)
    _ = try fields.number()
    keyLevel = try Self.level(&fields)
    challenge = Array(try fields.next(.octets))
    _ = try fields.next(.octets)
    let software = try AuthorizationList(try fields.inside(.sequence))
    let hardware = try AuthorizationList(try fields.inside(.sequence))
    try fields.end()
    purposes = hardware.purposes
    origin = hardware.origin
    rootOfTrust = hardware.rootOfTrust
    patchMonth = hardware.patchMonth
    let app = try software.application.map { content throws(DERFault) in
      try AttestedApplication(Array(content))
    }
    packages = app?.packages ?? []
    signers = app?.signers ?? []
  }

  private static func level(_ fields: inout DERReader) throws(DERFault) -> SecurityLevel {
    guard let level = SecurityLevel(rawValue: try fields.number(.enumerated)) else {
      throw DERFault()
    }
    return level
  }
}

/// Keymaster's authorisations: fields with numbers, each at most once and in rising order.
private struct AuthorizationList {
  var purposes: [Int] = []
  var origin: Int?
  var rootOfTrust: AndroidKeyDescription.RootOfTrust?
  var patchMonth: Int?
  var application: ArraySlice<UInt8>?

  init(_ list: DERReader) throws(DERFault) {
    var list = list
    var before = 0
    while !list.isAtEnd {
      let (tag, content) = try list.next()
      guard tag.kind == 2, tag.isConstructed, tag.number > before else { throw DERFault() }
      before = tag.number
      var field = DERReader(content)
      switch tag.number {
      case 1:
        var values = try field.inside(.set)
        while !values.isAtEnd { purposes.append(try values.number()) }
        try field.end()
      case 702:
        origin = try field.number()
        try field.end()
      case 704:
        rootOfTrust = try Self.root(&field)
        try field.end()
      case 706:
        patchMonth = try field.number()
        try field.end()
      case 709:
        application = try field.next(.octets)
        try field.end()
      default: break
      }
    }
  }

  /// Key of the verified boot, lock, state, and since version 3 a hash.
  private static func root(
    _ field: inout DERReader
  ) throws(DERFault) -> AndroidKeyDescription.RootOfTrust {
    var root = try field.inside(.sequence)
    _ = try root.next(.octets)
    let isLocked = try root.boolean()
    let state = try root.number(.enumerated)
    if !root.isAtEnd { _ = try root.next(.octets) }
    try root.end()
    return AndroidKeyDescription.RootOfTrust(isLocked: isLocked, bootState: state)
  }
}

/// AttestationApplicationId: who asked for the key.
private struct AttestedApplication {
  var packages: [String] = []
  var signers: [[UInt8]] = []

  init(_ der: [UInt8]) throws(DERFault) {
    var whole = DERReader(der[...])
    var fields = try whole.inside(.sequence)
    try whole.end()
    var infos = try fields.inside(.set)
    while !infos.isAtEnd {
      var info = try infos.inside(.sequence)
      let name = try info.next(.octets)
      _ = try info.next(.integer)
      try info.end()
      guard let text = String(validating: name, as: UTF8.self) else { throw DERFault() }
      packages.append(text)
    }
    var digests = try fields.inside(.set)
    while !digests.isAtEnd { signers.append(Array(try digests.next(.octets))) }
    try fields.end()
  }
}
