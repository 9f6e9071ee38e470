import PCSCore
import Testing

@testable import Configuration

@Suite struct SchemaTests {
  private func node(_ text: String) throws -> JSONNode { try JSONReader.read(Array(text.utf8)) }

  private func messages(_ schema: String, _ instance: String) throws -> [String] {
    try Schema(node(schema)).findings(in: node(instance)).map { "\($0.pointer.text) \($0.message)" }
  }

  @Test(arguments: [
    (#"{"type":"integer"}"#, #""x""#, [#" expected integer, found "x""#]),
    (#"{"type":["integer","null"]}"#, "true", [" expected integer or null, found true"]),
    (#"{"enum":["a","b"]}"#, #""c""#, [#" "c" is not one of "a", "b""#]),
    (#"{"const":1}"#, "2", [" 2 is not 1"]),
    (
      #"{"minimum":1,"multipleOf":2}"#, "-3",
      [
        " -3 is less than the minimum 1", " -3 is not a multiple of 2",
      ]
    ),
    (#"{"required":["a","b"]}"#, #"{"a":1}"#, [" missing key 'b'"]),
    (
      #"{"properties":{"duration":{}},"additionalProperties":false}"#, #"{"duratoin":1}"#,
      ["/duratoin unknown key 'duratoin'; did you mean 'duration'?"]
    ),
    (
      #"{"items":{"type":"string"}}"#, "[1,\"a\",2]",
      [
        "/0 expected string, found 1", "/2 expected string, found 2",
      ]
    ),
    (#"{"uniqueItems":true}"#, #"[1,1.0]"#, [" element 1 repeats element 0: 1"]),
    (
      #"{"writeOnly":true,"type":"integer"}"#, #""hunter2""#,
      [
        " expected integer, found the value"
      ]
    ),
    (
      #"{"anyOf":[{"type":"integer","minimum":1},{"type":"string","pattern":"s$"}]}"#, "0",
      [" 0 is less than the minimum 1"]
    ),
    (#"{"oneOf":[{"minimum":1},{"minimum":2}]}"#, "3", [" 3 fits 2 forms where one is meant"]),
    (#"{"dependencies":{"a":["b"]}}"#, #"{"a":1}"#, [" missing key 'b', which 'a' needs"]),
    (
      #"{"propertyNames":{"maxLength":1}}"#, #"{"ab":1}"#,
      [
        #"/ab "ab" has 2 characters, at most 1 are allowed"#
      ]
    ),
  ])
  func saysWhatIsWrong(_ schema: String, _ instance: String, _ expected: [String]) throws {
    #expect(try messages(schema, instance) == expected)
  }

  /// What later editions of the official suite ask, beyond the one Debian has.
  @Test(arguments: [
    // $id in an enum or const is data.
    (
      #"{"definitions":{"e":{"enum":[{"$id":"http://x/a.json","type":"null"}]},"#
        + #""s":{"$id":"http://x/a.json","type":"string"}},"$ref":"http://x/a.json"}"#, #""a""#,
      true
    ),
    // Beside $ref, $id counts for nothing.
    (
      #"{"$id":"http://x/base/","definitions":{"a":{"$id":"http://x/base/foo.json","type":"string"},"#
        + #""b":{"$id":"http://x/sibling/foo.json","type":"number"}},"#
        + #""allOf":[{"$id":"http://x/sibling/","$ref":"foo.json"}]}"#, #""a""#, true
    ),
    // A name through $id.
    (
      ##"{"allOf":[{"$ref":"#foo"}],"definitions":{"A":{"$id":"#foo","type":"integer"}}}"##, "1",
      true
    ),
    (
      ##"{"allOf":[{"$ref":"#foo"}],"definitions":{"A":{"$id":"#foo","type":"integer"}}}"##,
      #""a""#, false
    ),
    // URNs.
    (
      ##"{"$id":"urn:uuid:deadbeef","properties":{"a":{"$ref":"urn:uuid:deadbeef#/definitions/b"}},"##
        + ##""definitions":{"b":{"type":"string"}}}"##, #"{"a":1}"#, false
    ),
    // A pointer into what is no keyword.
    (
      ##"{"properties":{"a":{"$ref":"#/unknown/thing"}},"unknown":{"thing":{"type":"integer"}}}"##,
      #"{"a":"x"}"#, false
    ),
    // Composed and decomposed characters differ.
    ("{\"const\":\"\u{E9}\"}", "\"e\u{301}\"", false),
    (#"{"maxLength":1}"#, "\"e\u{301}\"", false),
    (#"{"maxLength":1}"#, "\"\u{1F4A9}\"", true),
    (#"{"multipleOf":0.123456789}"#, "1e308", false),
    (#"{"type":"integer"}"#, "1e308", true),
    (#"{"enum":[[false]]}"#, "[0]", false),
    (#"{"uniqueItems":true}"#, #"[{"a":1,"b":2},{"b":2,"a":1}]"#, false),
    (
      #"{"$ref":"http://json-schema.org/draft-07/schema#/definitions/nonNegativeInteger"}"#, "-1",
      false
    ),
    (
      ##"{"definitions":{"int":{"type":"integer"}},"allOf":[{"properties":{"foo":{"$ref":"#/definitions/int"}}},{"additionalProperties":{"$ref":"#/definitions/int"}}]}"##,
      #"{"foo":1}"#, true
    ),
  ])
  func resolvesAndCompares(_ schema: String, _ instance: String, _ isValid: Bool) throws {
    #expect(try messages(schema, instance).isEmpty == isValid)
  }

  @Test(arguments: [
    ##"{"$ref":"#"}"##, ##"{"allOf":[{"$ref":"#"}]}"##,
    ##"{"definitions":{"a":{"$ref":"#/definitions/b"},"b":{"$ref":"#/definitions/a"}},"$ref":"#/definitions/a"}"##,
  ])
  func refusesAReferenceWithoutEnd(_ schema: String) throws {
    let schema = try Schema(node(schema))
    #expect(throws: SchemaError.self) { try schema.findings(in: JSONNode(.null)) }
  }

  @Test(arguments: [
    "http://example.com/other.json", "#/definitions/none", "#name", "other.json#/a",
  ])
  func refusesAReferenceToNothing(_ reference: String) throws {
    let text = #"{"properties":{"a":{"$ref":"\#(reference)"}}}"#
    #expect(throws: SchemaError.unresolved(reference)) { try Schema(node(text)) }
  }

  @Test func followsADeepDocument() throws {
    let schema = try Schema(node(##"{"type":"array","items":{"$ref":"#"}}"##))
    let text = String(repeating: "[", count: 400) + String(repeating: "]", count: 400)
    #expect(try schema.findings(in: node(text)) == [])
  }

  @Test(arguments: [
    (#"{"properties":{"a":{"default":1},"b":{"default":2}}}"#, #"{"b":3}"#, #"{"b":3,"a":1}"#),
    (#"{"properties":{"a":{"type":"object","properties":{"b":{"default":1}}}}}"#, "{}", "{}"),
    (
      #"{"properties":{"a":{"default":{},"properties":{"b":{"default":1}}}}}"#, "{}",
      #"{"a":{"b":1}}"#
    ),
    (#"{"items":{"properties":{"a":{"default":1}}}}"#, "[{},{\"a\":2}]", #"[{"a":1},{"a":2}]"#),
    (
      ##"{"$ref":"#/definitions/s","definitions":{"s":{"properties":{"a":{"default":[1]}}}}}"##,
      "{}", #"{"a":[1]}"#
    ),
    (#"{"allOf":[{"properties":{"a":{"default":1}}}]}"#, "{}", #"{"a":1}"#),
    (
      #"{"oneOf":[{"required":["x"],"properties":{"a":{"default":1}}},{"required":["y"],"properties":{"a":{"default":2}}}]}"#,
      #"{"y":0}"#, #"{"y":0,"a":2}"#
    ),
    (#"{"properties":{"a":{"default":1}}}"#, "5", "5"),
  ])
  func fillsInDefaults(_ schema: String, _ instance: String, _ expected: String) throws {
    #expect(try Schema(node(schema)).applyingDefaults(to: node(instance)).text == expected)
  }

  @Test func refusesADefaultThatContainsItself() throws {
    let endless = try Schema(node(##"{"properties":{"a":{"default":{},"allOf":[{"$ref":"#"}]}}}"##))
    #expect(throws: SchemaError.tooDeep) { try endless.applyingDefaults(to: node("{}")) }
  }

  @Test func holdsTheMetaschema() throws {
    #expect(Metaschema.document["$id"]?.string == "http://json-schema.org/draft-07/schema#")
    #expect(try Schema.problems(of: Metaschema.document) == [])
  }

  @Test(arguments: [
    #"{"type":"intger"}"#, #"{"minimum":"1"}"#, #"{"required":"a"}"#, #"{"pattern":"("}"#, "[]",
    #"{"properties":{"a":{"minLength":-1}}}"#,
  ])
  func knowsWhatIsNoSchema(_ text: String) throws {
    #expect(try !Schema.problems(of: node(text)).isEmpty)
  }
}
