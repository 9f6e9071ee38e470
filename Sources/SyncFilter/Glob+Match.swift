extension Glob {
  /// Where in a path a match may begin.
  enum Place: Sendable, Equatable {
    case start
    /// The path's last so many components, no more and no fewer.
    case lastComponents(Int)
    /// The start, or after any slash.
    case anyComponent
  }

  /// As the words TRUE, FALSE, ABORT_ALL and ABORT_TO_STARSTAR of wildmatch.
  private enum Outcome { case yes, no, abort, abortToDoubleStar }

  /// Whether the whole of `text`, from one of the places on, fits; meaningless once the effort is
  /// spent.
  func matches(_ text: [UInt8], at place: Place, _ effort: inout MatchEffort) -> Bool {
    switch place {
    case .start: return run(0, text, 0, &effort) == .yes
    case .lastComponents(let count):
      guard let start = Self.start(ofLast: count, in: text) else { return false }
      // Looking for slashes is a fraction of the work of a comparison.
      effort.spend((text.count - start) / 8)
      return run(0, text, start, &effort) == .yes
    case .anyComponent: return matchesAnywhere(in: text, &effort)
    }
  }

  private func matchesAnywhere(in text: [UInt8], _ effort: inout MatchEffort) -> Bool {
    var outcome = run(0, text, 0, &effort)
    for (index, byte) in text.enumerated() where byte == UInt8(ascii: "/") {
      if outcome == .yes || outcome == .abort { break }
      outcome = run(0, text, index + 1, &effort)
    }
    return outcome == .yes
  }

  static func start(ofLast count: Int, in text: [UInt8]) -> Int? {
    var count = count
    for index in text.indices.reversed() where text[index] == UInt8(ascii: "/") {
      count -= 1
      if count == 0 { return index + 1 }
    }
    return count == 1 ? 0 : nil
  }

  private func run(
    _ token: Int, _ text: [UInt8], _ start: Int, _ effort: inout MatchEffort
  ) -> Outcome {
    var position = start
    effort.spend()
    if effort.isSpent { return .abort }
    for index in token..<tokens.count {
      let kind = tokens[index].kind
      if kind == .star || kind == .doubleStar {
        return run(star: index, isDouble: kind == .doubleStar, text, position, &effort)
      }
      effort.spend()
      guard position < text.count else { return .abort }
      if kind == .broken { return .abort }
      guard kind.fits(text[position]) else { return .no }
      position += 1
    }
    return position == text.count ? .yes : .no
  }

  private func run(
    star: Int, isDouble: Bool, _ text: [UInt8], _ start: Int, _ effort: inout MatchEffort
  ) -> Outcome {
    if star + 1 == tokens.count {
      return isDouble || !text[start...].contains(UInt8(ascii: "/")) ? .yes : .no
    }
    for position in start..<text.count {
      switch run(star + 1, text, position, &effort) {
      case .no where !isDouble && text[position] == UInt8(ascii: "/"): return .abortToDoubleStar
      case .no: continue
      case .abortToDoubleStar where isDouble: continue
      case let outcome: return outcome
      }
    }
    return .abort
  }
}

extension Glob.Token.Kind {
  /// Whether it can stand for this one byte.
  func fits(_ byte: UInt8) -> Bool {
    switch self {
    case .literal(let literal): literal == byte
    case .any, .star: byte != UInt8(ascii: "/")
    case .doubleStar: true
    case .set(let set): byte != UInt8(ascii: "/") && set.contains(byte)
    case .nothing, .broken: false
    }
  }
}
