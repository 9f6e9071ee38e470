import ArgumentParser
import Configuration
import PCSCore
import PCSTool
import SystemPackage

struct Folders: PlainCommand {
  static let configuration = CommandConfiguration.verb(
    "folders", "Print the folders that the enabled modules read and write.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var choice: FileChoice

  func runPlain() async throws {
    let loaded = try await ConfigurationLoader.check(try ConfigurationFile.read(choice.file))
    guard loaded.document != nil, let checked = loaded.checked else {
      throw InvalidConfiguration(loaded)
    }
    if common.effectiveFormat == .text {
      for folder in checked.folders {
        try EventWriter().write(line: Array("\(folder.path)\n".utf8))
      }
      return
    }
    let folders = checked.folders.map { folder in
      JSON.object(["module": .string(folder.module), "path": .string(folder.path)])
    }
    let document = JSON.object(["folders": .array(folders)])
    try EventWriter().write(line: Array((document.text + "\n").utf8))
  }
}
