// Where `make setup` leaves the runtime and the models; tests that need them are skipped when they
// are missing.

internal import Glibc

@testable internal import Inference

/// The dependencies folder of this checkout.
enum InstalledModels {
  static let folder = ModelFolder(
    dependencies: #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
      + "/.deps")

  static var arePresent: Bool {
    guard let manifest = try? ModelManifest.bundled() else { return false }
    let models = manifest.models.filter { !$0.role.isOperatorSupplied }
    let files = models.map { folder.models + "/" + $0.file } + [folder.runtimeLibrary]
    return files.allSatisfy { access($0, R_OK) == 0 }
  }
}
