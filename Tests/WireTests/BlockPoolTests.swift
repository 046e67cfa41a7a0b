// The pool keeps what it may and hands out what fits.

import Glibc
import Testing
import Vocabulary

@testable import Wire

@Suite struct BlockPoolTests {
  private func block(_ capacity: Int) -> Block {
    Block(base: malloc(capacity)!, capacity: capacity)
  }

  @Test("a block comes back for a message that fits, the preferred size first")
  func fits() throws {
    let pool = BlockPool(bytesMax: 4 << 20)
    pool.give(block(256 << 10))
    pool.give(block(1 << 20))
    #expect(pool.take(2 << 20, preferred: 2 << 20)?.capacity == nil)
    let large = try #require(pool.take(200_000, preferred: 1_000_000))
    #expect(large.capacity == 1 << 20)
    let small = try #require(pool.take(200_000, preferred: 1_000_000))
    #expect(small.capacity == 256 << 10)
    #expect(pool.take(1, preferred: 1)?.capacity == nil)
    pool.give(large)
    pool.give(small)
  }

  @Test("no more than its bound is kept, and no small blocks")
  func bounded() {
    let pool = BlockPool(bytesMax: 1 << 20)
    pool.give(block(1000))
    pool.give(block(1 << 20))
    pool.give(block(256 << 10))
    let kept = pool.take(1, preferred: 1)
    #expect(kept?.capacity == 1 << 20)
    #expect(pool.take(1, preferred: 1)?.capacity == nil)
    if let kept { pool.give(kept) }
  }
}
