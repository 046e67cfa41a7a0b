// How many connections a limit of open files has room for.

import ServerApp
import Testing

struct FileLimitTests {
  @Test(
    "connections are as many as are wanted, or as there is room for beside the reserve",
    arguments: [
      (1_024, 10_000, 896), (10_128, 10_000, 10_000), (10_127, 10_000, 9_999), (129, 10_000, 1),
      (64, 10_000, 1), (Int.max, 100_000, 100_000),
    ] as [(Int, Int, Int)])
  func connections(files: Int, wanted: Int, allowed: Int) {
    #expect(FileLimit(files: files).connections(wanted: wanted) == allowed)
  }
}
