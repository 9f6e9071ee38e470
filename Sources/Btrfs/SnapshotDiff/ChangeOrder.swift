package import PCSCore
import SystemPackage

/// In what order changes are told, so that a copy of the base can be made like the new snapshot.
///
/// - What comes to a path follows what its directory came with, and a link what it is linked to.
///   This holds always.
/// - What is deleted or renamed comes before the directory it was in, and before what takes its
///   name. This holds unless renames are entangled, as where two names are exchanged.
/// - `modified` and `metadata` come last, what lies in a directory before the directory.
package enum ChangeOrder {
  package static func ordered(_ changes: [Change]) -> [Change] {
    let lines = changes.map(Line.init)
    let names = lines.filter { !$0.isContent }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    let content = lines.filter(\.isContent).sorted { $1.key.lexicographicallyPrecedes($0.key) }
    var order = NameOrder(names)
    return order.sorted().map(\.change) + content.map(\.change)
  }

  /// A change with what it is sorted by.
  fileprivate struct Line {
    let change: Change
    /// The path, with what separates names before every byte of a name.
    let key: [UInt8]

    init(_ change: Change) {
      self.change = change
      key = change.path.bytes.map { $0 == UInt8(ascii: "/") ? 0 : $0 }
    }

    var isContent: Bool {
      change.operation == .modified || change.operation == .metadata
    }

    /// Where it was in the base and is no longer.
    var departure: FilePath? {
      switch change.operation {
      case .renamed: change.from
      case .deleted: change.path
      default: nil
      }
    }

    /// Where it is in the new snapshot and was not.
    var arrival: FilePath? { change.operation == .deleted ? nil : change.path }
  }
}

/// Sorts lines that are about names by what has to be done before what.
private struct NameOrder {
  private let lines: [ChangeOrder.Line]
  private let arrivals: [FilePath: Int]
  private let departures: [FilePath: Int]
  /// What each line has to wait for, and what waits for it.
  private var waiting: [(always: Int, ifPossible: Int)]
  private var followers: [[(line: Int, isAlways: Bool)]]

  init(_ lines: [ChangeOrder.Line]) {
    self.lines = lines
    var arrivals: [FilePath: Int] = [:]
    var departures: [FilePath: Int] = [:]
    for (index, line) in lines.enumerated() {
      if let path = line.arrival { arrivals[path] = index }
      if let path = line.departure { departures[path] = index }
    }
    self.arrivals = arrivals
    self.departures = departures
    waiting = Array(repeating: (0, 0), count: lines.count)
    followers = Array(repeating: [], count: lines.count)
    for index in lines.indices { addEdges(of: index) }
  }

  private mutating func addEdges(of index: Int) {
    let line = lines[index]
    if let path = line.arrival {
      if let parent = nearest(path, in: arrivals) { addEdge(from: parent, to: index, always: true) }
      if let old = departures[path], old != index { addEdge(from: old, to: index, always: false) }
    }
    if line.change.operation == .linked, let from = line.change.from,
      let existing = arrivals[from] ?? nearest(from, in: arrivals)
    {
      addEdge(from: existing, to: index, always: true)
    }
    if let path = line.departure, let parent = nearest(path, in: departures) {
      addEdge(from: index, to: parent, always: false)
    }
  }

  private mutating func addEdge(from first: Int, to second: Int, always: Bool) {
    followers[first].append((second, always))
    if always { waiting[second].always += 1 } else { waiting[second].ifPossible += 1 }
  }

  /// The line about the nearest directory around `path`.
  private func nearest(_ path: FilePath, in places: [FilePath: Int]) -> Int? {
    var path = path
    while path.removeLastComponent(), !path.isEmpty {
      if let found = places[path] { return found }
    }
    return nil
  }

  /// Of the lines that need not wait the first comes first; where all wait for each other, the
  /// first of those that only wait if possible.
  mutating func sorted() -> [ChangeOrder.Line] {
    var ready = MinimumHeap()
    var stuck = MinimumHeap()
    var isDone = Array(repeating: false, count: lines.count)
    var result: [ChangeOrder.Line] = []
    result.reserveCapacity(lines.count)
    for index in lines.indices where waiting[index].always == 0 {
      if waiting[index].ifPossible == 0 { ready.insert(index) } else { stuck.insert(index) }
    }
    while let index = ready.removeFirst() ?? stuck.removeFirst() {
      if isDone[index] { continue }
      isDone[index] = true
      result.append(lines[index])
      for (follower, isAlways) in followers[index] where !isDone[follower] {
        if isAlways { waiting[follower].always -= 1 } else { waiting[follower].ifPossible -= 1 }
        guard waiting[follower].always == 0 else { continue }
        if waiting[follower].ifPossible == 0 {
          ready.insert(follower)
        } else {
          stuck.insert(follower)
        }
      }
    }
    return result
  }
}

/// Numbers of which the least comes first.
private struct MinimumHeap {
  private var numbers: [Int] = []

  mutating func insert(_ number: Int) {
    numbers.append(number)
    var index = numbers.count - 1
    while index > 0, numbers[index] < numbers[(index - 1) / 2] {
      numbers.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  mutating func removeFirst() -> Int? {
    guard let first = numbers.first, let last = numbers.popLast() else { return nil }
    if numbers.isEmpty { return first }
    numbers[0] = last
    var index = 0
    while true {
      let children = (2 * index + 1..<min(2 * index + 3, max(numbers.count, 2 * index + 1)))
      guard let least = children.min(by: { numbers[$0] < numbers[$1] }),
        numbers[least] < numbers[index]
      else { return first }
      numbers.swapAt(least, index)
      index = least
    }
  }
}
