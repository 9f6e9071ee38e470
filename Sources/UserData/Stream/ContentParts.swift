import PCSCore

/// Splits ranges of a file into data and holes.
///
/// The ranges are asked for in ascending order: the file is searched once, however many there are.
struct ContentParts {
  enum Part: Equatable {
    case data(Range<UInt64>)
    case hole(Range<UInt64>)
  }

  /// Finds the first data at or behind an offset, to its end; nil where only a hole follows.
  private let nextData: (UInt64) throws(FileError) -> Range<UInt64>?
  private var last: (offset: UInt64, data: Range<UInt64>?)?

  init(_ nextData: @escaping (UInt64) throws(FileError) -> Range<UInt64>?) {
    self.nextData = nextData
  }

  /// Passes on the parts of one range.
  mutating func each(in range: Range<UInt64>, _ body: (Part) throws -> Void) throws {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let data = try data(from: offset)?.clamped(to: offset..<range.upperBound)
      guard let data, !data.isEmpty else { return try body(.hole(offset..<range.upperBound)) }
      if data.lowerBound > offset { try body(.hole(offset..<data.lowerBound)) }
      try body(.data(data))
      offset = data.upperBound
    }
  }

  private mutating func data(from offset: UInt64) throws(FileError) -> Range<UInt64>? {
    if let last, last.offset <= offset {
      guard let data = last.data else { return nil }
      if offset < data.upperBound { return data }
    }
    let found = try nextData(offset)
    last = (offset, found)
    return found
  }
}
