package import PCSCore
package import SystemPackage

/// An entry of a directory, and what it is called there.
package struct NamedEntry: Sendable, Equatable {
  package let name: FilePath
  package let entry: Entry
  /// Whether it may have a flag of `InodeFlags`.
  package let mayHaveFlags: Bool

  package init(_ name: FilePath, _ entry: Entry, mayHaveFlags: Bool = true) {
    self.name = name
    self.entry = entry
    self.mayHaveFlags = mayHaveFlags
  }
}

/// Finds out what the items of a directory are.
package protocol EntryReader {
  /// Reads each item that is still there, in their order.
  func read(_ items: ArraySlice<DirectoryListing.Item>, in directory: Directory) throws
    -> [NamedEntry]
}

/// Opens one after another: right for every tree.
package struct HandleReader: EntryReader {
  package init() {}

  package func read(
    _ items: ArraySlice<DirectoryListing.Item>, in directory: Directory
  ) throws -> [NamedEntry] {
    try items.compactMap { item in
      try EntryHandle(item.name, in: directory).map { NamedEntry(item.name, try $0.read()) }
    }
  }
}

/// The entries directly in a directory.
///
/// Of a large directory the names are held, and no more than some hundred entries.
package struct DirectoryEntries {
  private let directory: Directory?
  private let reader: any EntryReader
  private var items: ArraySlice<DirectoryListing.Item>
  private var read: ArraySlice<NamedEntry> = []

  private static let most = 512

  init(_ directory: Directory?, _ items: [DirectoryListing.Item], _ reader: any EntryReader) {
    self.directory = directory
    self.reader = reader
    self.items = items[...]
  }

  /// Returns the next one; nil at the end.
  package mutating func next() throws -> NamedEntry? {
    while read.isEmpty, !items.isEmpty, let directory {
      read = try reader.read(items.prefix(Self.most), in: directory)[...]
      items = items.dropFirst(Self.most)
    }
    return read.popFirst()
  }
}

extension EntryTree {
  /// Reads the entries directly in a directory that `isWanted`, in the order in which it lists them
  /// or in that of their names' bytes; none where there is no directory.
  package func entries(
    in path: FilePath, byName: Bool = false,
    where isWanted: (DirectoryListing.Item) throws -> Bool = { _ in true }
  ) throws -> DirectoryEntries {
    guard let directory = try directory(at: path) else { return DirectoryEntries(nil, [], reader) }
    var items = try DirectoryListing.items(in: directory.descriptor, directory.path)
      .filter(isWanted)
    if byName { items.sort { FilePath.isBefore($0.name, $1.name) } }
    return DirectoryEntries(directory, items, reader)
  }
}
