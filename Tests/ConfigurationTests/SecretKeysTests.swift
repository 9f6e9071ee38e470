import PCSCore
import Testing

@testable import Configuration

/// Requirement L4: what a schema calls `writeOnly` is not shown.
@Suite struct SecretKeysTests {
  static let keys: SecretKeys = {
    let schema = #"""
      {"properties":{"token":{"type":"string","writeOnly":true},"name":{"type":"string"},
        "keys":{"items":{"writeOnly":true}},"pin":{"$ref":"#/definitions/pin"},
        "account":{"properties":{"pass word":{"anyOf":[{"writeOnly":true}]}}}},
       "definitions":{"pin":{"allOf":[{"writeOnly":true}]}}}
      """#
    return SecretKeys(schemas: (try? [JSONReader.read(Array(schema.utf8))]) ?? [])
  }()

  @Test func findsThemWhereverTheyAre() {
    #expect(Self.keys.names == ["token", "keys", "pin", "pass word"])
  }

  static let texts: [(String, String)] = [
    ("name: x\n", "name: x\n"),
    ("a:\n  token: hunter2\n  name: x\n", "a:\n  token: ***\n  name: x\n"),
    ("a: {name: x, token: hunter2}", "a: {name: x, token: ***"),
    ("\"token\" : 'hunter2'\nb: 1", "\"token\" : ***\nb: 1"),
    ("- token: |\n    hunter2\n\n    more\nb: 1", "- token: ***\nb: 1"),
    ("keys:\n  - a\n  - b\nname: x", "keys: ***\nname: x"),
    ("pass word: x\nmytoken: y\ntokens: z", "pass word: ***\nmytoken: y\ntokens: z"),
    ("token: x\n", "token: ***\n"), ("token: [unclosed\n  {{", "token: ***"),
  ]

  @Test("L4: secrets are hidden in a text, valid or not", arguments: texts)
  func hidesThem(_ text: String, _ shown: String) {
    let masked = Self.keys.masking(Array(text.utf8), Array(text.utf8))
    #expect(String(decoding: masked.theirs, as: UTF8.self) == shown)
    #expect(masked.ours == masked.theirs)
  }

  @Test func aDifferenceBetweenSecretsStillShows() {
    let masked = Self.keys.masking(Array("token: a".utf8), Array("token: b".utf8))
    #expect(String(decoding: masked.theirs, as: UTF8.self) == "token: *** (theirs)")
    #expect(String(decoding: masked.ours, as: UTF8.self) == "token: *** (ours)")
  }

  @Test func hidesThemInADocument() throws {
    let document = try JSONReader.read(Array(#"{"a":[{"token":"x","n":1}],"keys":["y"]}"#.utf8))
    #expect(Self.keys.masking(document).text == #"{"a":[{"token":"***","n":1}],"keys":"***"}"#)
  }
}
