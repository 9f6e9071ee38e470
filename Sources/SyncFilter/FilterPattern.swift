import PCSCore
package import SystemPackage

/// The pattern of one rule, matched as rsync matches it; paths are relative to the folder.
package struct FilterPattern: Sendable, Equatable {
  /// Without the slash at the end that means directories alone.
  package let bytes: [UInt8]
  package let isForDirectories: Bool
  /// Begins at the root of the folder.
  let isAnchored: Bool
  let hasDoubleStar: Bool
  let beginsWithDoubleStar: Bool
  let slashes: Int
  let isWild: Bool
  /// Taken apart once; nil for a pattern without a wildcard, which is compared as it stands.
  private let wildGlob: Glob?
  private let endsWithTripleStar: Bool

  package init(_ pattern: some Collection<UInt8>) {
    let slash = UInt8(ascii: "/")
    var bytes = Array(pattern)
    isForDirectories = bytes.count > 1 && bytes.last == slash
    if isForDirectories { bytes.removeLast() }
    self.bytes = bytes
    isAnchored = bytes.first == slash
    slashes = bytes.count { $0 == slash }
    isWild = bytes.contains(where: Glob.wild.contains)
    let stars = zip(bytes, bytes.dropFirst()).map { $0 == UInt8(ascii: "*") && $0 == $1 }
    hasDoubleStar = stars.contains(true)
    beginsWithDoubleStar = stars.first == true
    endsWithTripleStar = stars.suffix(2) == [true, true]
    wildGlob = isWild ? Glob(parsing: isAnchored ? bytes.dropFirst() : bytes[...]) : nil
  }

  /// Without the slash that anchors it.
  var glob: Glob { wildGlob ?? Glob(literal: literal) }

  /// Of a pattern without a wildcard: the path, or its end, that it fits.
  var literal: ArraySlice<UInt8> { isAnchored ? bytes.dropFirst() : bytes[...] }

  /// The pattern that fits `glob` below `directory` alone, which is relative to the folder.
  init(_ glob: Glob, below directory: FilePath, isForDirectories: Bool) {
    let slash = UInt8(ascii: "/")
    let way = directory.isEmpty ? [] : directory.bytes + [slash]
    let text = Glob(tokens: Glob(literal: [slash] + way).tokens + glob.tokens).text
    self.init(isForDirectories ? text + [slash] : text)
  }

  /// The pattern that fits `path` alone.
  package init(only path: FilePath) {
    self.init(Glob(literal: path.bytes), below: "", isForDirectories: false)
  }

  /// As it stands in a rule.
  package var text: [UInt8] { isForDirectories ? bytes + [UInt8(ascii: "/")] : bytes }

  /// Whether `path` fits; the folder itself never does.
  package func matches(_ path: [UInt8], isDirectory: Bool) -> Bool {
    var effort = MatchEffort.unlimited
    return matches(path, isDirectory: isDirectory, &effort)
  }

  /// The same, meaningless once the effort is spent.
  func matches(_ path: [UInt8], isDirectory: Bool, _ effort: inout MatchEffort) -> Bool {
    effort.spend(4)
    if path.isEmpty || (isForDirectories && !isDirectory) { return false }
    guard let wildGlob else { return matchesLiterally(path) }
    let slash = UInt8(ascii: "/")
    var text = path
    if beginsWithDoubleStar { text.insert(slash, at: 0) }
    if isDirectory, endsWithTripleStar { text.append(slash) }
    return wildGlob.matches(text, at: place, &effort)
  }

  private var place: Glob.Place {
    if isAnchored { return .start }
    if hasDoubleStar { return beginsWithDoubleStar ? .start : .anyComponent }
    return .lastComponents(slashes + 1)
  }

  /// Without a wildcard: the whole path, or its end from a slash on.
  private func matchesLiterally(_ path: [UInt8]) -> Bool {
    if isAnchored { return path.count == bytes.count - 1 && path.elementsEqual(bytes.dropFirst()) }
    guard path.count >= bytes.count, path.suffix(bytes.count).elementsEqual(bytes) else {
      return false
    }
    let before = path.count - bytes.count - 1
    return before < 0 || path[before] == UInt8(ascii: "/")
  }
}
