import FileTrees
import PCSCore
import SystemPackage

extension Preparation {
  /// Gives the state databases that came this machine's own rows in place of the source's, and the
  /// plans their sizes.
  func mergeStates() throws {
    for index in folders.indices {
      let states = StatePaths(of: requests[index].header.folder)
      var isMerged = false
      for number in requests[index].plan.settings.indices {
        let setting = requests[index].plan.settings[number]
        let path = folders[index].place.pushing(setting.path)
        guard setting.hasContent, states.fits(setting.path), !desired.isOccupied(path),
          desired.items[path]?.hasContent == true
        else { continue }
        requests[index].plan.settings[number].entry.size = try mergeState(at: path)
        isMerged = true
      }
      if isMerged {
        folders[index] = try PlannedFolder(folders[index].place, requests[index])
      }
    }
  }

  private func mergeState(at path: FilePath) throws -> UInt64 {
    let place = try place(of: path)
    let file = try EntryHandle(
      opening: place.name, in: place.directory, forWriting: true, as: shown(path))
    let size = try StateFile.merge(desired.handleBefore(path), into: file)
    noteAgain(try file.changed(), at: path)
    return size
  }

  /// Takes the source's own rows out of the state databases of a new directory.
  func stripStates(in directory: inout IncomingDirectory) throws {
    let states = StatePaths(of: requests[directory.folder].header.folder)
    guard let inside = directory.path.relative(to: folders[directory.folder].place),
      states.fits(directory: inside)
    else { return }
    for name in try directory.directory.entries() where states.fits(inside.pushing(name)) {
      guard try EntryHandle(name, in: directory.directory)?.read().kind == .file else { continue }
      let file = try EntryHandle(
        opening: name, in: directory.directory, forWriting: true,
        as: shown(directory.path.pushing(name)))
      _ = try StateFile.merge(nil, into: file)
      let (inode, changed) = try file.changed()
      directory.files.note([inode: changed])
    }
  }
}
