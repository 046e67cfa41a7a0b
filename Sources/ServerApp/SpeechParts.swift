// What hearing is made of in this process: the models of speech and the table of readings.

internal import FoundationEssentials
internal import Inference
internal import Services
internal import Speech
internal import SpokenText
internal import Vision
internal import Vocabulary

/// Made once, when models are loaded.
struct SpeechParts: Sendable {
  let voices: any VoiceReader
  /// Roles of models, or names of files, without which nothing is heard.
  let missing: [String]

  /// - Throws: `InferenceStartupError` or `SettingsError` for what is there and damaged; what is not there is `missing`.
  init(_ settings: ServerSettings, engine: InferenceEngine) throws {
    var missing = SpeechReader.missingModels(of: engine).map(\.rawValue)
    let path = settings.modelsDirectory + "/" + PinyinTable.fileName
    let table = try Self.table(path)
    if table == nil { missing.append(PinyinTable.fileName) }
    self.missing = missing
    guard missing.isEmpty, let table else {
      voices = MissingVoiceReader(missing: missing)
      return
    }
    voices = SpeechVoiceReader(
      speech: try SpeechReader(
        engine: engine, pinyin: table, bytesMax: UploadLimits().fileBytesMax), pinyin: table,
      point: settings.intentPoint)
  }

  /// The table of readings; nil without one.
  private static func table(_ path: String) throws -> PinyinTable? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard let data = try? Data(contentsOf: URL(filePath: path)),
      data.count <= PinyinTableLimits.fileBytesMax
    else {
      throw SettingsError(description: "\(path) cannot be read, or is too long; run `make setup`")
    }
    let bytes = Array(data)
    let digest = Hexadecimal.text(of: FaceAnalyzer.sha256(of: Bytes(bytes)))
    guard digest == PinyinTable.fileSHA256 else {
      throw SettingsError(
        description: "\(path) is not the table that this server was made for; run `make setup`")
    }
    do throws(PinyinTableError) {
      return try PinyinTable(bytes)
    } catch {
      throw SettingsError(description: "\(path) is damaged; run `make setup`")
    }
  }
}
