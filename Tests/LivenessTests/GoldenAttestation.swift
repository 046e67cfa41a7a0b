// A chain like those of Android's keystore, made for these tests: root on P-384, batch and key on P-256, valid from
// 2020 to 2120. Nobody has the private keys any more.

/// DER, and a signature of the leaf's key.
enum GoldenAttestation {
  /// What the leaf's key description names.
  static let nonce = [UInt8](0..<32)
  static let appID = "com.example.bank"
  /// SHA-256 of "publisher".
  static let signer: [UInt8] = [
    0x4F, 0x03, 0xA0, 0x60, 0xB7, 0xEB, 0x03, 0x29, 0x72, 0xDC, 0xB3, 0x27,
    0xF2, 0xC9, 0x89, 0xB1, 0x4D, 0x5E, 0x73, 0xC3, 0x5B, 0x3D, 0x59, 0x28,
    0xA6, 0xF8, 0x75, 0xCA, 0x39, 0xC1, 0x59, 0xBA,
  ]
  /// Over the envelope's fixed text and "evidence", by the leaf's key.
  static let signature = decode(
    """
    MEQCIEWTpCIRy4mKcVyPfosbryQ3nqmoMXnKFdj/GVvtiBKzAiBFVaBYbYtohfx3QaeUCcntfXlLMqtFkHek
    rK+aVMjNLQ==
    """)
  static let root = decode(
    """
    MIIBeTCB/6ADAgECAgEBMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMMCVRlc3Qgcm9vdDAgFw0yMDAxMDEwMDAw
    MDBaGA8yMTIwMDEwMTAwMDAwMFowFDESMBAGA1UEAwwJVGVzdCByb290MHYwEAYHKoZIzj0CAQYFK4EEACID
    YgAEZwp/oEbaNgDCsQ6vM+t0Hb6Sxyxsz/eUJjg9mbgZygX9R/Z5qJeE/GZrpjEe93u2Wm29ztF79ZL5diCG
    uzvGE9Eo4uLc7eCo7hYYJ9crJNZEfJ6G6Any7H/RiNFMqkDVoyMwITAPBgNVHRMBAf8EBTADAQH/MA4GA1Ud
    DwEB/wQEAwIBBjAKBggqhkjOPQQDAgNpADBmAjEAptzpedAp8iM4TwB5YotgzE7bYDpniZkFnPcagzvuMxr8
    MLnvXXolkKIKJmYe53LgAjEAubkNhAHH+fzQZeWlNtT+/zL8GfSq1mo11P9X9NoWU8IcBZSdVORUNwqH3MGL
    FqPL
    """)
  static let intermediate = decode(
    """
    MIIBXDCB5KADAgECAgISNDAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlUZXN0IHJvb3QwIBcNMjAwMTAxMDAw
    MDAwWhgPMjEyMDAxMDEwMDAwMDBaMBUxEzARBgNVBAMMClRlc3QgYmF0Y2gwWTATBgcqhkjOPQIBBggqhkjO
    PQMBBwNCAASA9H8F3ttVhJ0Dm0j8rdQAktBKJAe0d/1n/zOBtaSiCdp64IZmTuw2xk+qXWLlSfLFtxLl0PNc
    43AdMO9Fk+QNoyMwITAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwIBBjAKBggqhkjOPQQDAgNnADBk
    AjANqbpjX1cnMbPZWrdJAD+LYvJGMkvZFmILcge0dwOQnywI6CuKaE4AMoEUEYEMr6oCMBk6QfIW7zxxdSIr
    Njig82wKKn6OXf8IAFA8Qm9iCqxcIskvCj6d1ViDENx2FGkAkw==
    """)
  static let leaf = decode(
    """
    MIICgDCCAiagAwIBAgIBATAKBggqhkjOPQQDAjAVMRMwEQYDVQQDDApUZXN0IGJhdGNoMCAXDTIwMDEwMTAw
    MDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAfMR0wGwYDVQQDDBRBbmRyb2lkIEtleXN0b3JlIEtleTBZMBMGByqG
    SM49AgEGCCqGSM49AwEHA0IABLW5/WrvfDSCc/ErzPb3fasV7CnQgZCB9Puqqa3+r/Cvglb9JTm9d6iarUtO
    pk1A1aYRkolXuhdM88HUF7f7/7mjggFZMIIBVTAMBgNVHRMBAf8EAjAAMA4GA1UdDwEB/wQEAwIHgDCCATMG
    CisGAQQB1nkCAREEggEjMIIBHwICASwKAQECAgEsCgEBBCAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRob
    HB0eHwQAMFG/hT0IAgYBi8/laAC/hUVBBD8wPTEXMBUEEGNvbS5leGFtcGxlLmJhbmsCAQcxIgQgTwOgYLfr
    Ayly3LMn8smJsU1ec8NbPVkopvh1yjnBWbowgZehBTEDAgECogMCAQOjBAICAQClBTEDAgEEqgMCAQG/g3cC
    BQC/hT4DAgEAv4VATDBKBCAREREREREREREREREREREREREREREREREREREREREREQEB/woBAAQgIiIiIiIi
    IiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiK/hUEFAgMCIuC/hUIFAgMDF3K/hU4GAgQBNSiNMAoGCCqGSM49
    BAMCA0gAMEUCIFjZYbOcOoOWmIkWR3+R5240KDmzPQrk9At+IqlxkvRZAiEA4bSeG2iBRFvZZjCWH9JmtwDc
    eSFR5N9T4FuDSCzHFJw=
    """)
  /// Of the same name as `root`.
  static let otherRoot = decode(
    """
    MIIBeDCB/6ADAgECAgEBMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMMCVRlc3Qgcm9vdDAgFw0yMDAxMDEwMDAw
    MDBaGA8yMTIwMDEwMTAwMDAwMFowFDESMBAGA1UEAwwJVGVzdCByb290MHYwEAYHKoZIzj0CAQYFK4EEACID
    YgAEWTlWN2QdR6kwk4OILBp8lLi1JhjrCY+l6BKh/3u/6ZXK+bgSrsi6w7T88fJuIBrU0CUWPShFi1j9WkbT
    fAsoletY9FsOpU3s+Q5VsBYlASVCe+HxnBpryK/87rJAlOqPoyMwITAPBgNVHRMBAf8EBTADAQH/MA4GA1Ud
    DwEB/wQEAwIBBjAKBggqhkjOPQQDAgNoADBlAjEAiGjmV3gEV+8n7fl5lrK2LCxZAVSIMd+GILWEAMyZBtJL
    QHPk9rKG6W6rhbZl3PRGAjAC8dHkH60yioVUHlR43jTw98O045KKW/XPT3P63oJIIKCDdP41Hf7+hMkyttPF
    mUU=
    """)
  /// A key that was attested and signs `forgedLeaf`, which says the same of a key outside.
  static let attestingKey = decode(
    """
    MIICfDCCAiKgAwIBAgIBAjAKBggqhkjOPQQDAjAVMRMwEQYDVQQDDApUZXN0IGJhdGNoMCAXDTIwMDEwMTAw
    MDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAYMRYwFAYDVQQDDA1BdHRlc3Rpbmcga2V5MFkwEwYHKoZIzj0CAQYI
    KoZIzj0DAQcDQgAEF04xkGeGA/xq3AMpYp/YpbYdPunIRoQWdm1QYAEXn8V1HTyc0H8sxzEJTpEcivVBIGKV
    ytTe1RhbJ0DgDhIpe6OCAVwwggFYMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgEGMIIBMwYKKwYB
    BAHWeQIBEQSCASMwggEfAgIBLAoBAQICASwKAQEEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
    BAAwUb+FPQgCBgGLz+VoAL+FRUEEPzA9MRcwFQQQY29tLmV4YW1wbGUuYmFuawIBBzEiBCBPA6Bgt+sDKXLc
    syfyyYmxTV5zw1s9WSim+HXKOcFZujCBl6EFMQMCAQKiAwIBA6MEAgIBAKUFMQMCAQSqAwIBAb+DdwIFAL+F
    PgMCAQC/hUBMMEoEIBERERERERERERERERERERERERERERERERERERERERERAQH/CgEABCAiIiIiIiIiIiIi
    IiIiIiIiIiIiIiIiIiIiIiIiIiIiIr+FQQUCAwIi4L+FQgUCAwMXcr+FTgYCBAE1KI0wCgYIKoZIzj0EAwID
    SAAwRQIhAOf0iapJbH/xYLHW9wvwgCLZ6ef9jhvQzI9wdxW5FoAWAiByiJbFzTXqgWs7Lu8ooGljbvN2Tev2
    MGnjNKO8cJTtEQ==
    """)
  static let forgedLeaf = decode(
    """
    MIICgzCCAimgAwIBAgIBATAKBggqhkjOPQQDAjAYMRYwFAYDVQQDDA1BdHRlc3Rpbmcga2V5MCAXDTIwMDEw
    MTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAfMR0wGwYDVQQDDBRBbmRyb2lkIEtleXN0b3JlIEtleTBZMBMG
    ByqGSM49AgEGCCqGSM49AwEHA0IABM5x7qHLx6OIi9wwLzbqJFmIs5NdD41by2XEHOZlvZxhXfPA2yE7yg13
    yt5/FBYvS4YwlOBsIuS4wTUad3rFEYGjggFZMIIBVTAMBgNVHRMBAf8EAjAAMA4GA1UdDwEB/wQEAwIHgDCC
    ATMGCisGAQQB1nkCAREEggEjMIIBHwICASwKAQECAgEsCgEBBCAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY
    GRobHB0eHwQAMFG/hT0IAgYBi8/laAC/hUVBBD8wPTEXMBUEEGNvbS5leGFtcGxlLmJhbmsCAQcxIgQgTwOg
    YLfrAyly3LMn8smJsU1ec8NbPVkopvh1yjnBWbowgZehBTEDAgECogMCAQOjBAICAQClBTEDAgEEqgMCAQG/
    g3cCBQC/hT4DAgEAv4VATDBKBCAREREREREREREREREREREREREREREREREREREREREREQEB/woBAAQgIiIi
    IiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiK/hUEFAgMCIuC/hUIFAgMDF3K/hU4GAgQBNSiNMAoGCCqG
    SM49BAMCA0gAMEUCIQCqdWhjXVQGpdD7F1rllGJoLYld0rS+ut7rOR/0Mg3ovgIgY3oF/SIM9Z0bYbx5+t5G
    eoJM/GWtL+QKjGT2GDqj/lE=
    """)
  /// The leaf's extension.
  static let keyDescription = decode(
    """
    MIIBHwICASwKAQECAgEsCgEBBCAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHwQAMFG/hT0IAgYB
    i8/laAC/hUVBBD8wPTEXMBUEEGNvbS5leGFtcGxlLmJhbmsCAQcxIgQgTwOgYLfrAyly3LMn8smJsU1ec8Nb
    PVkopvh1yjnBWbowgZehBTEDAgECogMCAQOjBAICAQClBTEDAgEEqgMCAQG/g3cCBQC/hT4DAgEAv4VATDBK
    BCAREREREREREREREREREREREREREREREREREREREREREQEB/woBAAQgIiIiIiIiIiIiIiIiIiIiIiIiIiIi
    IiIiIiIiIiIiIiK/hUEFAgMCIuC/hUIFAgMDF3K/hU4GAgQBNSiN
    """)
  /// SubjectPublicKeyInfo of the leaf, and of another key on P-384.
  static let leafKey = decode(
    """
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEtbn9au98NIJz8SvM9vd9qxXsKdCBkIH0+6qprf6v8K+CVv0l
    Ob13qJqtS06mTUDVphGSiVe6F0zzwdQXt/v/uQ==
    """)
  static let p384Key = decode(
    """
    MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEWTlWN2QdR6kwk4OILBp8lLi1JhjrCY+l6BKh/3u/6ZXK+bgSrsi6
    w7T88fJuIBrU0CUWPShFi1j9WkbTfAsoletY9FsOpU3s+Q5VsBYlASVCe+HxnBpryK/87rJAlOqP
    """)

  /// Base64 with line breaks.
  private static func decode(_ text: String) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var (bits, count) = (0, 0)
    var result: [UInt8] = []
    for character in text.utf8 {
      guard let value = alphabet.firstIndex(of: character) else { continue }
      bits = bits << 6 | value
      count += 6
      if count >= 8 {
        count -= 8
        result.append(UInt8(bits >> count & 0xFF))
      }
    }
    return result
  }
}
