extension Glob {
  /// What is left to fit once this pattern has taken `prefix`: any of these does, none when it
  /// cannot begin so.
  ///
  /// That is how a rule that speaks of a longer path becomes one for a directory on its way.
  func rests(after prefix: ArraySlice<UInt8>, _ effort: inout MatchEffort) -> [Glob] {
    var states: Set<Int> = [0]
    for byte in prefix where !states.isEmpty {
      let all = closure(of: states)
      effort.spend(all.count)
      if effort.isSpent { return [] }
      states = Set(all.compactMap { state in next(state, over: byte) })
    }
    return states.sorted().filter { $0 < tokens.count }.map { state in
      effort.spend(tokens.count - state)
      return Glob(tokens: Array(tokens[state...]))
    }
  }

  /// With the states behind stars, which may stand for nothing.
  private func closure(of states: Set<Int>) -> Set<Int> {
    var result = states
    for state in states {
      var state = state
      while state < tokens.count, tokens[state].isStar {
        state += 1
        result.insert(state)
      }
    }
    return result
  }

  private func next(_ state: Int, over byte: UInt8) -> Int? {
    guard state < tokens.count, tokens[state].kind.fits(byte) else { return nil }
    return tokens[state].isStar ? state : state + 1
  }
}

extension Glob.Token {
  var isStar: Bool { kind == .star || kind == .doubleStar }
}
