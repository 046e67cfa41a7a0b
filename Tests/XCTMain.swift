// Where the bundle of tests begins: Swift Testing finds its tests itself. Without this file the package manager would look
// for tests of XCTest in an index, which every compilation would have to write.

import Testing

@main struct EntryPoint {
  static func main() async {
    await Testing.__swiftPMEntryPoint() as Never
  }
}
