/// The moves of a commit, and how far each has come.
struct CommitMoves {
  enum State {
    case waiting, underWay
    /// In the preparation directory, since each of several moves waits for another.
    case parked
    case done, left
  }

  private let byOrigin: [CommitTree.Place: Int]
  private var states: [State]

  init(_ moves: [CommitPlan.Move]) {
    byOrigin = Dictionary(moves.enumerated().map { ($1.from, $0) }) { $1 }
    states = moves.map { _ in .waiting }
  }

  var indices: Range<Int> { states.indices }

  subscript(index: Int) -> State {
    get { states[index] }
    set { states[index] = newValue }
  }

  /// The move of what was at a place before; nil when it stays.
  func index(from place: CommitTree.Place) -> Int? { byOrigin[place] }
}
