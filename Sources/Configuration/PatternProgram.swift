/// A regular expression as steps that a matcher can follow.
struct PatternProgram {
  enum Step {
    case scalar(Unicode.Scalar)
    case oneOf(ScalarClass)
    case start
    case end
    case wordBoundary(isNegated: Bool)
    case jump(Int)
    /// Goes on at the first, or else at the second.
    case split(Int, Int)
    /// Keeps the place in a slot: where a capture begins or ends, or a round of a repetition.
    case keep(Int)
    /// Goes on only if the round whose beginning is in the slot has matched something.
    case progress(Int)
    case backreference(Int)
    /// Goes on if what begins at `from` matches, or does not match, here.
    case look(from: Int, isAhead: Bool, isNegated: Bool)
    case accept
  }

  private(set) var steps: [Step] = []
  private(set) var slotCount = 0
  /// Whether what follows depends on how a place was reached, and not on the place alone.
  private(set) var hasBackreferences = false

  private static let sizeLimit = 50_000

  init(_ node: PatternNode, of pattern: String) throws(SchemaError) {
    slotCount = Self.captures(in: node) * 2 + 2
    try add(node, pattern)
    try emit(.accept, pattern)
  }

  private static func captures(in node: PatternNode) -> Int {
    switch node {
    case .sequence(let nodes), .alternatives(let nodes): nodes.map(captures(in:)).max() ?? 0
    case .capture(let number, let inside): max(number, captures(in: inside))
    case .look(_, _, let inside), .repetition(let inside, _, _, _): captures(in: inside)
    default: 0
    }
  }

  private mutating func emit(_ step: Step, _ pattern: String) throws(SchemaError) {
    guard steps.count < Self.sizeLimit else { throw .pattern(pattern, "is too large") }
    steps.append(step)
  }

  private mutating func add(_ node: PatternNode, _ pattern: String) throws(SchemaError) {
    switch node {
    case .scalar(let scalar): try emit(.scalar(scalar), pattern)
    case .oneOf(let scalars): try emit(.oneOf(scalars), pattern)
    case .start: try emit(.start, pattern)
    case .end: try emit(.end, pattern)
    case .wordBoundary(let isNegated): try emit(.wordBoundary(isNegated: isNegated), pattern)
    case .sequence(let nodes): for node in nodes { try add(node, pattern) }
    case .alternatives(let branches): try add(branches[...], pattern)
    case .capture(let number, let inside):
      try emit(.keep(number * 2), pattern)
      try add(inside, pattern)
      try emit(.keep(number * 2 + 1), pattern)
    case .backreference(let number):
      hasBackreferences = true
      try emit(.backreference(number), pattern)
    case .look(let isAhead, let isNegated, let inside):
      let place = steps.count
      try emit(.look(from: place + 2, isAhead: isAhead, isNegated: isNegated), pattern)
      try emit(.jump(0), pattern)
      try add(inside, pattern)
      try emit(.accept, pattern)
      steps[place + 1] = .jump(steps.count)
    case .repetition(let inside, let least, let most, let isLazy):
      for _ in 0..<least { try add(inside, pattern) }
      try addOptional(inside, atMost: most.map { $0 - least }, isLazy, pattern)
    }
  }

  private mutating func add(
    _ branches: ArraySlice<PatternNode>, _ pattern: String
  ) throws(SchemaError) {
    guard let first = branches.first else { return }
    guard branches.count > 1 else { return try add(first, pattern) }
    let place = steps.count
    try emit(.split(place + 1, 0), pattern)
    try add(first, pattern)
    let end = steps.count
    try emit(.jump(0), pattern)
    steps[place] = .split(place + 1, steps.count)
    try add(branches.dropFirst(), pattern)
    steps[end] = .jump(steps.count)
  }

  private mutating func addOptional(
    _ inside: PatternNode, atMost most: Int?, _ isLazy: Bool, _ pattern: String
  ) throws(SchemaError) {
    var splits: [Int] = []
    for _ in 0..<(most ?? 1) {
      let slot = slotCount
      slotCount += 1
      splits.append(steps.count)
      try emit(.split(0, 0), pattern)
      try emit(.keep(slot), pattern)
      try add(inside, pattern)
      try emit(.progress(slot), pattern)
    }
    if most == nil { try emit(.jump(splits[0]), pattern) }
    for place in splits {
      steps[place] = isLazy ? .split(steps.count, place + 1) : .split(place + 1, steps.count)
    }
  }
}
