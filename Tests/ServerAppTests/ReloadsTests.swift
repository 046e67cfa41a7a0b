// What is read again is read one time after the other.

import ServerApp
import Synchronization
import Testing

struct ReloadsTests {
  @Test(
    "a slow reading does not take the place of a later one; what is asked for meanwhile is done once",
    .timeLimit(.minutes(1)))
  func oneAfterTheOther() async {
    let source = Mutex(1)
    let (gate, release) = AsyncStream<Void>.makeStream()
    let (begun, begin) = AsyncStream<Int>.makeStream()
    let (ended, end) = AsyncStream<Int>.makeStream()
    let reloads = Reloads {
      let read = source.withLock { $0 }
      begin.yield(read)
      if read == 1 { for await _ in gate { break } }
      end.yield(read)
    }
    var begins = begun.makeAsyncIterator()
    var ends = ended.makeAsyncIterator()
    reloads.ask()
    let first = await begins.next()
    #expect(first == 1)
    source.withLock { $0 = 2 }
    for _ in 0..<3 { reloads.ask() }
    release.yield()
    var order = [await ends.next(), await ends.next()]
    source.withLock { $0 = 3 }
    reloads.ask()
    order.append(await ends.next())
    #expect(order == [1, 2, 3])
  }
}
