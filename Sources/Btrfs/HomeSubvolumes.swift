import FileTrees
import Glibc
import PCSCore
package import SystemPackage

/// Home directories that are subvolumes of their own: they belong to the folder around them.
package enum HomeSubvolumes {
  /// Those of the people of this machine below `folders`, in order; links are not followed.
  package static func below(_ folders: [FilePath]) -> [FilePath] {
    below(folders, among: homesOfPeople()).filter(isSubvolume)
  }

  /// Those of `homes` that lie below one of `folders` and are none themselves, each once.
  package static func below(_ folders: [FilePath], among homes: [FilePath]) -> [FilePath] {
    var seen = Set(folders)
    return homes.filter { home in
      home.isAbsolute && home.components.allSatisfy { $0.kind == .regular }
        && folders.contains { home != $0 && home.starts(with: $0) }
        && seen.insert(home).inserted
    }.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  }

  private static func isSubvolume(_ home: FilePath) -> Bool {
    guard let directory = try? Directory.ifPresent(home),
      (try? FileSystem.isBtrfs(directory.descriptor, home)) == true
    else { return false }
    return (try? Subvolume.isRoot(directory)) == true
  }

  /// The homes of the people of this machine, from `passwd(5)`: people have numbers from UID_MIN to UID_MAX (`login.defs(5)`), whose usual
  /// values these are.
  package static func homesOfPeople() -> [FilePath] {
    var homes: [FilePath] = []
    setpwent()
    defer { endpwent() }
    while let entry = getpwent() {
      guard (1000...60000).contains(entry.pointee.pw_uid), let home = entry.pointee.pw_dir else {
        continue
      }
      homes.append(FilePath(platformString: home))
    }
    return homes
  }
}
