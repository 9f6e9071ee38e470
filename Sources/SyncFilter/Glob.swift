/// A pattern of rsync's filter rules, taken apart once.
///
/// Matching is that of rsync's wildmatch, byte by byte, its peculiarities included: what it calls
/// an abort ends the search for a match early, and so decides now and then.
struct Glob: Sendable, Equatable {
  struct Token: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
      case literal(UInt8)
      /// `?`: anything but a slash.
      case any
      /// `*`: anything without a slash.
      case star
      /// `**` or more stars: anything.
      case doubleStar
      /// Boxed: it is far larger than everything else, and rare.
      indirect case set(ByteSet)
      /// A backslash at the end: fits nothing.
      case nothing
      /// A class that is not closed or not known: ends the search.
      case broken
    }

    let kind: Kind
    /// As it was written; empty for a literal.
    let text: [UInt8]

    static func literal(_ byte: UInt8) -> Token { Token(kind: .literal(byte), text: []) }
    static let doubleStar = Token(kind: .doubleStar, text: Array("**".utf8))
  }

  let tokens: [Token]

  init(tokens: [Token]) {
    self.tokens = tokens
  }

  /// Every byte stands for itself.
  init(literal bytes: some Sequence<UInt8>) {
    tokens = bytes.map { .literal($0) }
  }

  init(parsing pattern: some Collection<UInt8>) {
    let bytes = Array(pattern)
    var tokens: [Token] = []
    var index = 0
    while index < bytes.count {
      let start = index
      let kind = Self.kind(in: bytes, at: &index)
      if case .literal(let byte) = kind {
        tokens.append(.literal(byte))
      } else {
        tokens.append(Token(kind: kind, text: Array(bytes[start..<index])))
      }
    }
    self.tokens = tokens
  }

  private static func kind(in bytes: [UInt8], at index: inout Int) -> Token.Kind {
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: "\\"):
      guard index < bytes.count else { return .nothing }
      index += 1
      return .literal(bytes[index - 1])
    case UInt8(ascii: "?"): return .any
    case UInt8(ascii: "*"):
      let start = index
      while index < bytes.count, bytes[index] == UInt8(ascii: "*") { index += 1 }
      return index == start ? .star : .doubleStar
    case UInt8(ascii: "["):
      guard let set = ByteSet(in: bytes, after: &index) else {
        index = bytes.count
        return .broken
      }
      return .set(set)
    default: return .literal(byte)
    }
  }

  /// The characters without which rsync takes a pattern as it stands, backslashes and all.
  static let wild = Array("*?[".utf8)

  /// The length of `literal` in a pattern with wildcards.
  static func escapedCount(of literal: some Sequence<UInt8>) -> Int {
    literal.reduce(0) { $0 + (wild.contains($1) || $1 == UInt8(ascii: "\\") ? 2 : 1) }
  }

  /// The pattern as rsync has to be given it.
  var text: [UInt8] {
    let isWild = tokens.contains { token in
      guard case .literal(let byte) = token.kind else { return true }
      return Self.wild.contains(byte)
    }
    return tokens.flatMap { token -> [UInt8] in
      guard case .literal(let byte) = token.kind else { return token.text }
      let isSpecial = Self.wild.contains(byte) || byte == UInt8(ascii: "\\")
      return isWild && isSpecial ? [UInt8(ascii: "\\"), byte] : [byte]
    }
  }
}
