// idv ocr: what a document says, for people or as JSON, and a picture that shows where it was read.

internal import ArgumentParser
internal import FoundationEssentials
internal import Messages
internal import RPC
internal import Stubs
internal import Vocabulary

struct OCRCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ocr",
    abstract: "Asks a server what an identity document says.",
    discussion: """
      Prints every field with its confidence and what is wrong with the picture, and writes a copy of the picture \
      with the card, its fields and its warnings outlined and numbered as printed. The answer holds personal data.
      """)

  @Argument(help: "The picture.")
  var image: String

  @Option(help: "What it shows: auto, id-card, bank-card, passport or permit.")
  var document = DocumentOption.auto

  @Option(help: "Which side it must be: any, front or back.")
  var side = SideOption.any

  @Flag(help: "Print the answer as JSON.")
  var json = false

  @Flag(help: "Leave values as read, even where a check digit or a list of names decides a doubt.")
  var noRepair = false

  @Option(
    help: ArgumentHelp("Where the annotated picture goes (NAME.ocr.jpg here).", valueName: "file"))
  var out: String?

  @Flag(help: "Write no picture.")
  var noPicture = false

  @OptionGroup var connection: ConnectionOptions

  enum DocumentOption: String, ExpressibleByArgument, CaseIterable {
    case auto
    case idCard = "id-card"
    case bankCard = "bank-card"
    case passport
    case permit
  }

  enum SideOption: String, ExpressibleByArgument, CaseIterable {
    case any
    case front
    case back
  }

  func run() async throws {
    let picture = try media(image)
    let answer = try await connection.withCaller { caller, options in
      let client = DocumentsClient(caller)
      var chosen = document
      if chosen == .auto {
        chosen = try await kind(of: picture, client, options)
      }
      return try await ask(chosen, picture, client, options)
    }
    print(try json ? answer.json() : answer.text())
    guard !noPicture else { return }
    let path = out ?? annotatedName
    var canvas = try AnnotatedPicture(picture.inline)
    answer.draw(on: &canvas)
    do {
      try Data(canvas.jpeg().array).write(to: URL(filePath: path))
    } catch {
      note("idv: cannot write \(path)")
      throw ExitCode(1)
    }
    if !json { print("  " + left("picture", 18) + path) }
  }

  private var annotatedName: String {
    let name = image.split(separator: "/").last.map(String.init) ?? image
    let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    return stem + ".ocr.jpg"
  }

  /// Which method reads what the picture shows; the one of identity cards if it shows nothing that is known, because
  /// its refusal says more.
  private func kind(
    of picture: Media, _ client: DocumentsClient, _ options: CallOptions
  ) async throws -> DocumentOption {
    var request = ClassifyDocumentRequest()
    request.image = picture
    let seen = try await client.classifyDocument(request, options: options)
    let kinds = seen.documents.map(\.kind).filter { $0 != .unknown }
    switch kinds.first {
    case .bankCard: return .bankCard
    case .passport: return .passport
    case .mainlandTravelPermitFront, .mainlandTravelPermitBack: return .permit
    default: return .idCard
    }
  }

  private func ask(
    _ document: DocumentOption, _ picture: Media, _ client: DocumentsClient, _ options: CallOptions
  ) async throws -> DocumentReport {
    var reading = ReadingOptions()
    if noRepair { reading.repair = false }
    let side: CardSide =
      switch side {
      case .any: .unspecified
      case .front: .front
      case .back: .back
      }
    switch document {
    case .auto, .idCard:
      return DocumentReport(
        try await client.recognizeIdCard(
          RecognizeIdCardRequest(
            image: picture, side: side, severalCards: self.side == .any, options: reading),
          options: options))
    case .bankCard:
      return DocumentReport(
        try await client.recognizeBankCard(
          RecognizeBankCardRequest(image: picture, options: reading), options: options))
    case .passport:
      return DocumentReport(
        try await client.recognizePassport(
          RecognizePassportRequest(image: picture, options: reading), options: options))
    case .permit:
      return DocumentReport(
        try await client.recognizePermit(
          RecognizePermitRequest(image: picture, side: side, options: reading), options: options))
    }
  }
}
