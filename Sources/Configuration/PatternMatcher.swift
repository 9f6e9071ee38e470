/// Follows a program through a text, in time that grows with the one times the other.
///
/// That is what keeps `^(a+)+$` from running away: without backreferences, a step at a place of the
/// text either leads to the end or does not, however it was reached, so it is tried once. With
/// backreferences, and for what a look-around tries, the number of steps is limited.
struct PatternMatcher {
  private enum Job {
    case go(step: Int, place: Int)
    case restore(slot: Int, value: Int)
  }

  /// Which steps were tried at which places.
  private struct Tried {
    private var words: [UInt64]

    init(_ count: Int) {
      words = [UInt64](repeating: 0, count: count / 64 + 1)
    }

    mutating func isFirst(_ number: Int) -> Bool {
      let bit = UInt64(1) << UInt64(number % 64)
      defer { words[number / 64] |= bit }
      return words[number / 64] & bit == 0
    }
  }

  /// More than any sensible pattern needs; a second or less.
  private static let stepLimit = 10_000_000
  /// Of bits: 8 MiB.
  private static let memoryLimit = 1 << 26

  private let program: PatternProgram
  private let text: [Unicode.Scalar]
  private var slots: [Int]
  private var stepsLeft = Self.stepLimit
  /// Of each look ahead that has not succeeded yet, by its first step.
  private var failedLooks: [Int: Tried] = [:]

  init(_ program: PatternProgram, _ text: String) {
    self.program = program
    self.text = Array(text.unicodeScalars)
    slots = [Int](repeating: -1, count: program.slotCount)
  }

  /// Whether any part of the text matches; throws when that takes too long.
  mutating func matches() throws(TooLong) -> Bool {
    var tried = try memory()
    for place in 0...text.count
    where try follow(from: 0, at: place, until: nil, &tried) { return true }
    return false
  }

  /// A match that would take too many steps.
  struct TooLong: Error {}

  private func memory() throws(TooLong) -> Tried? {
    if program.hasBackreferences { return nil }
    let (count, isTooMuch) = program.steps.count.multipliedReportingOverflow(by: text.count + 1)
    if isTooMuch || count > Self.memoryLimit { throw TooLong() }
    return Tried(count)
  }

  /// Whether the program, from `start` on, matches at `place`, up to `end` if that is given.
  private mutating func follow(
    from start: Int, at place: Int, until end: Int?, _ tried: inout Tried?
  ) throws(TooLong) -> Bool {
    var jobs = [Job.go(step: start, place: place)]
    while let job = jobs.popLast() {
      guard case .go(var step, var place) = job else {
        if case .restore(let slot, let value) = job { slots[slot] = value }
        continue
      }
      while true {
        stepsLeft -= 1
        if stepsLeft < 0 { throw TooLong() }
        if tried?.isFirst(step * (text.count + 1) + place) == false { break }
        if case .accept = program.steps[step] {
          if end == nil || end == place { return true }
          break
        }
        guard try take(&step, &place, &jobs) else { break }
      }
    }
    return false
  }

  /// Does one step; false where it leads nowhere.
  private mutating func take(
    _ step: inout Int, _ place: inout Int, _ jobs: inout [Job]
  ) throws(TooLong) -> Bool {
    var next = step + 1
    switch program.steps[step] {
    case .scalar(let scalar):
      guard place < text.count, text[place] == scalar else { return false }
      place += 1
    case .oneOf(let scalars):
      guard place < text.count, scalars.contains(text[place]) else { return false }
      place += 1
    case .start: if place != 0 { return false }
    case .end: if place != text.count { return false }
    case .wordBoundary(let isNegated): if isBoundary(place) == isNegated { return false }
    case .jump(let target): next = target
    case .split(let first, let second):
      jobs.append(.go(step: second, place: place))
      next = first
    case .keep(let slot):
      if program.hasBackreferences { jobs.append(.restore(slot: slot, value: slots[slot])) }
      slots[slot] = place
    case .progress(let slot):
      // Where each step is tried but once per place, an empty round ends by itself.
      if program.hasBackreferences, slots[slot] == place { return false }
    case .backreference(let number):
      guard let length = repeated(number, at: place) else { return false }
      place += length
    case .look(let from, let isAhead, let isNegated):
      let isThere = try looks(from: from, at: place, isAhead: isAhead, &jobs)
      if isThere == isNegated { return false }
    case .accept: return false
    }
    step = next
    return true
  }

  private mutating func looks(
    from start: Int, at place: Int, isAhead: Bool, _ jobs: inout [Job]
  ) throws(TooLong) -> Bool {
    let before = slots
    // Success, too, is remembered as tried, and behind it depends on where it has to end: a memory
    // of the look's own.
    var tried: Tried?
    if isAhead { tried = failedLooks.removeValue(forKey: start) }
    if tried == nil {
      tried = try memory()
      stepsLeft -= tried == nil ? 0 : program.steps.count * text.count / 512
    }
    let places = isAhead ? place...place : 0...place
    for begin in places.reversed()
    where try follow(from: start, at: begin, until: isAhead ? nil : place, &tried) {
      guard program.hasBackreferences else { return true }
      for slot in slots.indices where slots[slot] != before[slot] {
        jobs.append(.restore(slot: slot, value: before[slot]))
      }
      return true
    }
    slots = before
    if isAhead { failedLooks[start] = tried }
    return false
  }

  /// How long what capture `number` matched is, when it stands at `place` once more.
  private func repeated(_ number: Int, at place: Int) -> Int? {
    let (begin, end) = (slots[number * 2], slots[number * 2 + 1])
    guard begin >= 0, end >= begin else { return 0 }
    let length = end - begin
    guard place + length <= text.count,
      text[begin..<end].elementsEqual(text[place..<(place + length)])
    else { return nil }
    return length
  }

  private func isBoundary(_ place: Int) -> Bool {
    isWord(place - 1) != isWord(place)
  }

  private func isWord(_ place: Int) -> Bool {
    guard text.indices.contains(place), text[place].isASCII else { return false }
    let character = Character(text[place])
    return character.isLetter || character.isNumber || character == "_"
  }
}
