import PCSCore
import Testing

@testable import UserData

struct ContentPartsTests {
  typealias Part = ContentParts.Part

  /// The parts of ranges of a file with this data, and how often the file was searched.
  private static func parts(
    of ranges: [Range<UInt64>], data: [Range<UInt64>]
  ) throws -> (parts: [Part], searches: Int) {
    var found: [Part] = []
    var searches = 0
    var parts = ContentParts { (offset) throws(FileError) in
      searches += 1
      return data.first { $0.upperBound > offset }.map {
        max($0.lowerBound, offset)..<$0.upperBound
      }
    }
    for range in ranges { try parts.each(in: range) { found.append($0) } }
    return (found, searches)
  }

  @Test(
    arguments: [
      ([0..<100], [0..<100], [.data(0..<100)]),
      ([0..<100], [], [.hole(0..<100)]),
      ([10..<20], [0..<100], [.data(10..<20)]),
      ([10..<20], [0..<15], [.data(10..<15), .hole(15..<20)]),
      ([10..<20], [15..<90], [.hole(10..<15), .data(15..<20)]),
      (
        [10..<20], [12..<14, 16..<18],
        [.hole(10..<12), .data(12..<14), .hole(14..<16), .data(16..<18), .hole(18..<20)]
      ),
      ([0..<10, 50..<60], [55..<200], [.hole(0..<10), .hole(50..<55), .data(55..<60)]),
      (
        [0..<10, 20..<30], [5..<25], [.hole(0..<5), .data(5..<10), .data(20..<25), .hole(25..<30)]
      ),
      ([10..<20, 20..<30], [0..<20], [.data(10..<20), .hole(20..<30)]),
      ([], [0..<9], []),
    ] as [([Range<UInt64>], [Range<UInt64>], [Part])])
  func splitsRanges(_ ranges: [Range<UInt64>], data: [Range<UInt64>], expected: [Part]) throws {
    #expect(try Self.parts(of: ranges, data: data).parts == expected)
  }

  @Test func searchesTheFileOnceHoweverManyRanges() throws {
    let ranges = (0..<1000).map { UInt64($0 * 10)..<UInt64($0 * 10 + 4) }
    let dense = try Self.parts(of: ranges, data: [0..<20_000])
    #expect(dense.parts == ranges.map { .data($0) })
    #expect(dense.searches == 1)
    #expect(try Self.parts(of: ranges, data: [9990..<9991]).searches == 2)
  }
}
