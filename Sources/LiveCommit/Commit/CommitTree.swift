import SystemPackage

/// The directories that a commit has to do with, each known by what it is, whatever it is called
/// before, afterwards, and in the live tree at the moment.
struct CommitTree {
  /// A name in a directory.
  struct Place: Hashable {
    var directory: Int
    var name: FilePath
  }

  struct Node {
    /// nil when it is new.
    var before: Place?
    /// nil when it is to go.
    var after: Place?
    /// Where it is in the live tree; nil as long as it is not.
    var now: Place?
    /// In the live tree, once it is known.
    var inode: UInt64?
    /// What became of it in the live tree is not ours to know: what lies in it is left alone.
    var isLost = false
    /// Names in it were changed.
    var isTouched = false
    /// It was made by this commit.
    var isMade = false
    /// More than its times differ, or its times alone though nothing in it does.
    var hasOtherAttributes = false
  }

  /// The root of the subvolume.
  static let root = 0
  /// The root by a name that it has in itself.
  static let rootPlace = Place(directory: root, name: ".")

  var nodes = [Node()]
  private var beforeIndex: [Place: Int] = [:]
  private var afterIndex: [Place: Int] = [:]

  /// The directory at a path before; it is taken for one that stays, until told otherwise.
  mutating func before(_ path: FilePath) -> Int {
    var node = Self.root
    for component in path.components {
      node = before(Place(directory: node, name: FilePath(root: nil, [component])))
    }
    return node
  }

  private mutating func before(_ place: Place) -> Int {
    if let known = beforeIndex[place] { return known }
    nodes.append(Node(before: place, after: place, now: place))
    beforeIndex[place] = nodes.count - 1
    if afterIndex[place] == nil { afterIndex[place] = nodes.count - 1 }
    return nodes.count - 1
  }

  /// The directory at a path of the desired tree, once those that are new or renamed on the way are told.
  mutating func after(_ path: FilePath) -> Int {
    var node = Self.root
    for component in path.components {
      let place = Place(directory: node, name: FilePath(root: nil, [component]))
      node = afterIndex[place] ?? before(place)
    }
    return node
  }

  /// The place of a path in the desired tree; nil for the root.
  mutating func placeAfter(_ path: FilePath) -> Place? {
    guard let name = path.lastComponent else { return nil }
    return Place(
      directory: after(path.removingLastComponent()), name: FilePath(root: nil, [name]))
  }

  /// The place of a path before; nil for the root.
  mutating func placeBefore(_ path: FilePath) -> Place? {
    guard let name = path.lastComponent else { return nil }
    return Place(
      directory: before(path.removingLastComponent()), name: FilePath(root: nil, [name]))
  }

  mutating func addNew(_ path: FilePath) -> Int {
    guard let place = placeAfter(path) else { return Self.root }
    nodes.append(Node(after: place))
    afterIndex[place] = nodes.count - 1
    return nodes.count - 1
  }

  mutating func move(_ from: FilePath, to path: FilePath) -> Int {
    let node = before(from)
    let place = placeAfter(path)
    setAfter(of: node, to: place)
    return node
  }

  mutating func remove(_ path: FilePath) -> Int {
    let node = before(path)
    setAfter(of: node, to: nil)
    return node
  }

  private mutating func setAfter(of node: Int, to place: Place?) {
    if let old = nodes[node].after, afterIndex[old] == node { afterIndex[old] = nil }
    nodes[node].after = place
    if let place { afterIndex[place] = node }
  }

  /// A place of our own, where nothing was and nothing stays.
  mutating func addOwn(_ name: FilePath, inode: UInt64) -> Int {
    nodes.append(
      Node(now: Place(directory: Self.root, name: name), inode: inode))
    return nodes.count - 1
  }
}

extension CommitTree {
  func pathBefore(_ node: Int) -> FilePath? { path(node, \.before) }
  func pathAfter(_ node: Int) -> FilePath? { path(node, \.after) }
  func pathNow(_ node: Int) -> FilePath? { path(node, \.now) }

  func pathBefore(_ place: Place) -> FilePath? {
    pathBefore(place.directory)?.pushing(place.name)
  }

  func pathAfter(_ place: Place) -> FilePath? {
    pathAfter(place.directory)?.pushing(place.name)
  }

  /// The path of a place in messages: that in the desired tree, else that before.
  func name(of place: Place) -> FilePath {
    pathAfter(place) ?? pathBefore(place) ?? place.name
  }

  private func path(_ node: Int, _ moment: KeyPath<Node, Place?>) -> FilePath? {
    var names: [FilePath] = []
    var node = node
    while node != Self.root {
      guard let place = nodes[node][keyPath: moment], names.count < 10_000 else { return nil }
      names.append(place.name)
      node = place.directory
    }
    var path = FilePath()
    for name in names.reversed() { path.push(name) }
    return path
  }
}
