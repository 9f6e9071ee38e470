import Configuration
import PCSCore
import Testing

struct ModuleFoldersTests {
  static let cases: [(schema: String, value: String, folders: [String])] = [
    (
      #"{"properties":{"folders":{"items":{"properties":{"path":{"x-folders":true}}}}}}"#,
      #"{"folders":[{"path":"/home"},{"path":"/srv"}]}"#, ["/home", "/srv"]
    ),
    (
      #"{"properties":{"roots":{"type":"array","x-folders":true}}}"#,
      #"{"roots":["/var/lib/docker","relative",3]}"#, ["/var/lib/docker"]
    ),
    (
      #"{"properties":{"root":{"anyOf":[{"x-folders":true},{}]}}}"#, #"{"root":"/srv"}"#, ["/srv"]
    ),
    (#"{"properties":{"name":{}}}"#, #"{"name":"/not/marked"}"#, []),
    (#"{"properties":{"gone":{"x-folders":true}}}"#, "{}", []),
  ]

  @Test("N5: the values that a schema marks are the folders of a module", arguments: cases)
  func findsMarkedFolders(_ example: (schema: String, value: String, folders: [String])) throws {
    let schema = try JSONReader.read(Array(example.schema.utf8))
    let value = try JSONReader.read(Array(example.value.utf8))
    #expect(ModuleFolders.marked(by: schema, in: value) == example.folders)
  }
}
