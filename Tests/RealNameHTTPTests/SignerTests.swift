// Signatures and bodies of the HTTPS adapter, without a network.

import Foundation
import RealName
import Sealing
import Testing
import Vocabulary

@testable import RealNameHTTP

@Suite("Request signer")
struct SignerTests {
  private let signer = RequestSigner(
    keyID: "k1", key: FingerprintKey(Array("key".utf8)), toleranceSeconds: 300)

  @Test("a request is HMAC-SHA-256 over its lines")
  func request() {
    let body = Array("{}".utf8)
    // SHA-256 of "{}", as every tool prints it.
    let digest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    let lines = "POST\n/id2\nk1\n1700000000\nn1\n\(digest)"
    #expect(
      signer.signature(
        method: "POST", path: "/id2", seconds: 1_700_000_000, nonce: "n1", body: body)
        == Hexadecimal.text(of: HMACKey(Array("key".utf8)).code(of: Array(lines.utf8))))
  }

  @Test("an answer counts for its request, its body, its status and its time alone")
  func answer() {
    let body = Array("{}".utf8)
    let good = signer.signature(status: 200, seconds: "1000", nonce: "n1", body: body)
    func accepts(
      _ status: UInt = 200, _ seconds: String? = "1000", _ signature: String?,
      _ nonce: String = "n1",
      _ body: [UInt8] = Array("{}".utf8), now: Int64 = 1000
    ) -> Bool {
      signer.accepts(
        status: status, seconds: seconds, signature: signature, nonce: nonce, body: body, now: now)
    }
    #expect(accepts(200, "1000", good))
    #expect(!accepts(201, "1000", good))
    #expect(!accepts(200, "1001", good))
    #expect(!accepts(200, nil, good))
    #expect(!accepts(200, "1000", nil))
    #expect(!accepts(200, "1000", String(good.dropLast())))
    #expect(!accepts(200, "1000", good, "n2"))
    #expect(!accepts(200, "1000", good, "n1", Array("{ }".utf8)))
    #expect(accepts(200, "1000", good, now: 1300))
    #expect(!accepts(200, "1000", good, now: 1301))
    #expect(!accepts(200, "\(Int64.min)", good, now: .max))
  }

  @Test("a timestamp at any end of the numbers is refused, and never a trap")
  func extremeTimes() {
    let ends: [Int64] = [.min, .min + 1, -301, -1, 0, 1, 301, .max - 1, .max]
    let clocks: [Int64] = [.min, -1000, -1, 0, 1, 1_767_585_600, .max]
    for now in clocks {
      let wrapped = ends.flatMap { [$0, $0 &+ now, now &- $0, $0 &+ now &- 1] }
      for time in Set(wrapped) {
        let text = String(time)
        let signature = signer.signature(status: 200, seconds: text, nonce: "n1", body: [])
        let isNear = (Int128(time) - Int128(now)).magnitude <= 300
        #expect(
          signer.accepts(
            status: 200, seconds: text, signature: signature, nonce: "n1", body: [], now: now)
            == isNear, "\(time) at \(now)")
      }
    }
    for text in ["", "+", "-", "99999999999999999999", "-99999999999999999999", "1e3", "٣", "1 "] {
      let signature = signer.signature(status: 200, seconds: text, nonce: "n1", body: [])
      #expect(
        !signer.accepts(
          status: 200, seconds: text, signature: signature, nonce: "n1", body: [], now: 1000))
    }
  }

  @Test("bodies are JSON whatever the elements hold, and zeroed after use")
  func bodies() throws {
    var body = JSONBody()
    body.add("a\"b", "line\nback\\slash \u{1}")
    body.add("name", Element(.name, "买买提·吐尔逊"))
    body.add("phone", Element(.phone, digest: [0, 0xAB, 0xFF], .md5))
    body.close()
    let object = try JSONSerialization.jsonObject(with: Data(body.bytes)) as? [String: String]
    #expect(
      object == [
        "a\"b": "line\nback\\slash \u{1}", "name": "买买提·吐尔逊", "phone": "00abff",
      ])
    body.zero()
    #expect(body.bytes.allSatisfy { $0 == 0 })
  }
}
