package import FileTrees
package import SystemPackage

/// Gives files that were received what each machine keeps of its own in them.
package protocol ReceivedFileAlteration {
  /// Whether the file at a path of a folder is altered.
  func applies(to path: FilePath, in folder: FilePath) -> Bool

  /// Whether files in a directory of a folder may be.
  func appliesWithin(_ directory: FilePath, in folder: FilePath) -> Bool

  /// Alters `file`, of which this machine has the version `mine`; returns its size then.
  func alter(_ file: EntryHandle, mine: EntryHandle?) throws -> UInt64
}

extension Preparation {
  /// Alters the files that the changes name, and their sizes in the changes.
  func alterPlanned() throws {
    guard let alteration else { return }
    for index in folders.indices {
      let folder = folders[index]
      for (number, setting) in folder.changes.settings.enumerated() {
        let path = folder.place.pushing(setting.path)
        guard setting.hasContent, alteration.applies(to: setting.path, in: folder.path),
          !desired.isOccupied(path), desired.items[path]?.hasContent == true
        else { continue }
        let size = try alter(place(of: path), at: path, alteration)
        folders[index].changes.settings[number].entry.size = size
      }
    }
  }

  private func alter(
    _ place: PreparedPlace, at path: FilePath, _ alteration: any ReceivedFileAlteration
  ) throws -> UInt64 {
    let file = try EntryHandle(
      opening: place.name, in: place.directory, forWriting: true, as: shown(path))
    let size = try alteration.alter(file, mine: desired.handleBefore(path))
    noteAgain(try file.changed(), at: path)
    return size
  }

  /// Alters the files of a new directory that is complete.
  func alterFiles(of directory: inout IncomingDirectory) throws {
    let folder = folders[directory.folder]
    guard let alteration, let inside = directory.path.relative(to: folder.place),
      alteration.appliesWithin(inside, in: folder.path)
    else { return }
    for name in try directory.directory.entries()
    where alteration.applies(to: inside.pushing(name), in: folder.path) {
      guard try EntryHandle(name, in: directory.directory)?.read().kind == .file else { continue }
      let file = try EntryHandle(
        opening: name, in: directory.directory, forWriting: true,
        as: shown(directory.path.pushing(name)))
      _ = try alteration.alter(file, mine: nil)
      let (inode, changed) = try file.changed()
      directory.files.note([inode: changed])
    }
  }
}
