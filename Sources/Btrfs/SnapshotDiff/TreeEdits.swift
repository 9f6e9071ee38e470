/// What the commands of a send stream do to a tree, without the tree.
///
/// Only what the commands name is held. A name in a directory of the base that no command has named
/// yet is taken for one of the base, which is what a stream means by it. So a name the kernel gives
/// for the time being (`o257-8-0`) needs no care: it is gone when the stream ends.
struct TreeEdits {
  /// A name in a directory.
  struct Place: Hashable {
    /// The directory, by its index in `files`.
    let directory: Int
    let name: [UInt8]
  }

  /// A name that a file has or had.
  struct Name {
    let file: Int
    /// nil when it is not in the base.
    let base: Place?
    /// nil when it is gone.
    var now: Place?
  }

  struct File {
    let isNew: Bool
    var isDirectory = false
    /// Whether files are in it that are not held.
    var holdsOthers = false
    /// Indices in `names`; a directory has one.
    var names: [Int] = []
    var ranges: ChangedRanges
    var hasOtherData = false
    var hasOtherMetadata = false
    var hasOtherTimes = false
  }

  /// The root comes first.
  private(set) var files: [File]
  private(set) var names: [Name] = []
  /// By place the index in `names`, or nil where the name is gone.
  private var entries: [Place: Int?] = [:]
  private let rangeLimit: Int

  /// Holds at most `rangeLimit` changed ranges of each file.
  init(rangeLimit: Int = ChangedRanges.most) {
    self.rangeLimit = rangeLimit
    files = [File(isNew: false, ranges: ChangedRanges(limit: rangeLimit))]
  }

  mutating func apply(_ command: SendCommand) throws(SendStreamError) {
    switch command {
    case .begin, .end: break
    case .make(let kind, let path):
      files.append(
        File(
          isNew: true, isDirectory: kind == .directory, ranges: ChangedRanges(limit: rangeLimit)))
      try add(path, to: files.count - 1)
    case .rename(let path, let target): try rename(path, to: target)
    case .link(let path, let existing): try add(path, to: try file(at: existing))
    case .unlink(let path), .removeDirectory(let path): try remove(path)
    case .data(let path, let offset, let length):
      try change(path) { file in
        file.hasOtherData = true
        if length > 0 { file.ranges.insert(offset: offset, length: length) }
      }
    case .truncate(let path, _): try change(path) { $0.hasOtherData = true }
    case .metadata(let path): try change(path) { $0.hasOtherMetadata = true }
    case .times(let path): try change(path) { $0.hasOtherTimes = true }
    }
  }

  /// The names that are held of each directory with others besides.
  func namesBesideOthers() -> [Int: Set<[UInt8]>] {
    var names: [Int: Set<[UInt8]>] = [:]
    for index in files.indices where files[index].holdsOthers { names[index] = [] }
    for case let place? in self.names.map(\.now) { names[place.directory]?.insert(place.name) }
    return names
  }

  /// Takes a name for gone, which the stream left.
  mutating func forget(_ name: Int) {
    if let place = names[name].now { entries[place] = .some(nil) }
    names[name].now = nil
  }

  /// Whether what lies in `place` is called there as the kernel calls what has no name for the time
  /// being.
  static func isOrphan(_ place: Place) -> Bool {
    let parts = place.name.dropFirst().split(
      separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    return place.directory == 0 && place.name.first == UInt8(ascii: "o") && parts.count == 3
      && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { (0x30...0x39).contains($0) } }
  }
}

extension TreeEdits {
  private mutating func add(_ path: SendCommand.Path, to file: Int) throws(SendStreamError) {
    let place = try place(path)
    if let known = entries[place], known != nil { throw .contradictory(path) }
    names.append(Name(file: file, base: nil, now: place))
    files[file].names.append(names.count - 1)
    entries[place] = names.count - 1
  }

  private mutating func rename(
    _ path: SendCommand.Path, to target: SendCommand.Path
  ) throws(SendStreamError) {
    let old = try place(path)
    let moved = try name(at: old, path)
    let new = try place(target)
    guard !isWithin(names[moved].file, new.directory) else { throw .contradictory(target) }
    if canBeLeft(moved, to: new) { return leave(moved, in: new.directory) }
    if let known = entries[new], let replaced = known { names[replaced].now = nil }
    entries[old] = .some(nil)
    entries[new] = moved
    names[moved].now = new
  }

  /// Whether a name is the one of a new file, made just now, that comes to its place in a new
  /// directory.
  private func canBeLeft(_ name: Int, to place: Place) -> Bool {
    let file = names[name].file
    return files[place.directory].isNew && entries[place] == nil && files[file].isNew
      && !files[file].isDirectory && file == files.count - 1 && name == names.count - 1
      && files[file].names == [name]
  }

  /// Holds the last file no longer, which is in `directory` now.
  private mutating func leave(_ name: Int, in directory: Int) {
    if let place = names[name].now { entries[place] = nil }
    names.removeLast()
    files.removeLast()
    files[directory].holdsOthers = true
  }

  private mutating func remove(_ path: SendCommand.Path) throws(SendStreamError) {
    let place = try place(path)
    let removed = try name(at: place, path)
    entries[place] = .some(nil)
    names[removed].now = nil
  }

  /// The place that `path` names; the directories on the way have to be there.
  private mutating func place(_ path: SendCommand.Path) throws(SendStreamError) -> Place {
    var directory = 0
    var parts = path.split(separator: UInt8(ascii: "/"))
    guard let last = parts.popLast() else { throw .contradictory(path) }
    for part in parts {
      let place = Place(directory: directory, name: Array(part))
      directory = names[try name(at: place, path)].file
    }
    return Place(directory: directory, name: Array(last))
  }

  private mutating func file(at path: SendCommand.Path) throws(SendStreamError) -> Int {
    if path.isEmpty { return 0 }
    return names[try name(at: try place(path), path)].file
  }

  /// Changes what is known of a file; what is not held is new in any case.
  private mutating func change(
    _ path: SendCommand.Path, _ body: (inout File) -> Void
  ) throws(SendStreamError) {
    if !path.isEmpty {
      let place = try place(path)
      if entries[place] == nil, files[place.directory].holdsOthers { return }
    }
    body(&files[try file(at: path)])
  }

  private mutating func name(
    at place: Place, _ path: SendCommand.Path
  ) throws(SendStreamError) -> Int {
    if let known = entries[place] {
      guard let name = known else { throw .contradictory(path) }
      return name
    }
    let directory = files[place.directory]
    guard !directory.isNew || directory.holdsOthers else { throw .contradictory(path) }
    files.append(
      File(
        isNew: directory.isNew, names: [names.count], ranges: ChangedRanges(limit: rangeLimit)))
    names.append(
      Name(file: files.count - 1, base: directory.isNew ? nil : place, now: place))
    entries[place] = names.count - 1
    return names.count - 1
  }

  /// Whether `directory` is `file` or lies in it.
  private func isWithin(_ file: Int, _ directory: Int) -> Bool {
    var directory = directory
    while directory != 0 {
      if directory == file { return true }
      guard let name = files[directory].names.first, let place = names[name].now else {
        return false
      }
      directory = place.directory
    }
    return false
  }
}

extension TreeEdits {
  /// The path of `place` in the base; nil when it is in a directory that is not.
  func basePath(_ place: Place) -> [UInt8]? { path(place, \.base) }

  /// The path of `place` at the end of the stream; nil when it is in a directory that is gone.
  func path(_ place: Place) -> [UInt8]? { path(place, \.now) }

  private func path(_ place: Place, _ moment: KeyPath<Name, Place?>) -> [UInt8]? {
    var parts = [place.name]
    var directory = place.directory
    while directory != 0 {
      guard let name = files[directory].names.first, let place = names[name][keyPath: moment]
      else { return nil }
      parts.append(place.name)
      directory = place.directory
    }
    return Array(parts.reversed().joined(separator: [UInt8(ascii: "/")]))
  }
}
