package import PCSCore

/// Reads one YAML document as JSON, with the position of every key and value.
///
/// What would be a surprise in a configuration is refused: anchors, aliases, tags, a second
/// document, duplicate keys, keys that are no text.
package struct YAMLReader {
  package static let sizeLimit = 1 << 20
  package static let depthLimit = 64

  /// Some editors begin a file with it.
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private let events: YAMLEvents
  private var findings: [Finding] = []

  /// The document and everything that is wrong with it; nil when it could not be read to its end.
  ///
  /// An empty document is null.
  package static func read(_ bytes: [UInt8]) -> (node: JSONNode?, findings: [Finding]) {
    let start = TextPosition(line: 1, column: 1)
    if bytes.count > sizeLimit {
      return (nil, [Finding("larger than 1 MiB", at: JSONPointer(), start)])
    }
    if let place = firstBadByte(in: bytes) {
      return (nil, [Finding("not UTF-8", at: JSONPointer(), place)])
    }
    do throws(YAMLError) {
      let isMarked = bytes.starts(with: byteOrderMark)
      let text = isMarked ? Array(bytes.dropFirst(byteOrderMark.count)) : bytes
      var reader = YAMLReader(events: try YAMLEvents(text))
      return reader.document()
    } catch {
      return (nil, [Finding(error.message, at: JSONPointer(), error.position)])
    }
  }

  private init(events: YAMLEvents) {
    self.events = events
  }

  private mutating func document() -> (node: JSONNode?, findings: [Finding]) {
    var node = JSONNode(.null)
    do throws(YAMLError) {
      var documents = 0
      while true {
        let event = try events.next()
        switch event.kind {
        case .streamStart, .documentEnd: continue
        case .streamEnd: return (node, findings)
        case .documentStart:
          documents += 1
          if documents > 1 { throw YAMLError("a second document", at: event.position) }
        default: node = try self.node(event, JSONPointer())
        }
      }
    } catch {
      findings.append(Finding(error.message, at: JSONPointer(), error.position))
      return (nil, findings)
    }
  }

  private mutating func node(
    _ event: YAMLEvents.Event, _ pointer: JSONPointer
  ) throws(YAMLError) -> JSONNode {
    if pointer.tokens.count >= Self.depthLimit {
      throw YAMLError("nested more than \(Self.depthLimit) deep", at: event.position)
    }
    if event.hasAnchor { report("anchors (&name) are not allowed", event, pointer) }
    if event.hasTag { report("tags (!name) are not allowed", event, pointer) }
    switch event.kind {
    case .scalar(let text, let isPlain):
      guard isPlain else { return JSONNode(.string(text), at: event.position) }
      guard let value = YAMLScalar.value(of: text) else {
        report("\(text) is a number that JSON cannot hold", event, pointer)
        return JSONNode(.string(text), at: event.position)
      }
      return JSONNode(value, at: event.position)
    case .sequenceStart:
      return JSONNode(.array(try elements(pointer)), at: event.position)
    case .mappingStart:
      return JSONNode(.object(try members(pointer)), at: event.position)
    default:
      report("aliases (*name) are not allowed", event, pointer)
      return JSONNode(.null, at: event.position)
    }
  }

  private mutating func elements(_ pointer: JSONPointer) throws(YAMLError) -> [JSONNode] {
    var elements: [JSONNode] = []
    while true {
      let event = try events.next()
      if case .sequenceEnd = event.kind { return elements }
      elements.append(try node(event, pointer.appending(elements.count)))
    }
  }

  private mutating func members(_ pointer: JSONPointer) throws(YAMLError) -> [JSONNode.Member] {
    var members: [JSONNode.Member] = []
    var lines: [[UInt8]: Int] = [:]
    while true {
      let event = try events.next()
      if case .mappingEnd = event.kind { return members }
      let key = try key(event, pointer)
      let place = pointer.appending(key ?? "?")
      let value = try node(try events.next(), place)
      guard let key else { continue }
      if let first = lines[Array(key.utf8)] {
        report("duplicate key '\(key)', first in line \(first)", event, place)
      } else {
        lines[Array(key.utf8)] = event.position.line
        members.append(JSONNode.Member(key, value, at: event.position))
      }
    }
  }

  private mutating func key(
    _ event: YAMLEvents.Event, _ pointer: JSONPointer
  ) throws(YAMLError) -> String? {
    guard case .scalar(let text, _) = event.kind else {
      report("a key has to be text", event, pointer)
      _ = try node(event, pointer.appending("?"))
      return nil
    }
    if event.hasAnchor { report("anchors (&name) are not allowed", event, pointer) }
    if event.hasTag { report("tags (!name) are not allowed", event, pointer) }
    return text
  }

  private mutating func report(
    _ message: String, _ event: YAMLEvents.Event, _ pointer: JSONPointer
  ) {
    findings.append(Finding(message, at: pointer, event.position))
  }

  private static func firstBadByte(in bytes: [UInt8]) -> TextPosition? {
    if String(validating: bytes, as: UTF8.self) != nil { return nil }
    var place = TextPosition(line: 1, column: 1)
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    while case .scalarValue(let scalar) = decoder.decode(&iterator) {
      if scalar == "\n" {
        place = TextPosition(line: place.line + 1, column: 1)
      } else {
        place.column += 1
      }
    }
    return place
  }
}
