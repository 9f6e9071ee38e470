package import SystemPackage

extension FilePath {
  /// A relative path, then the directories around it, the nearest first.
  package var selfAndAround: [FilePath] {
    var found: [FilePath] = []
    var path = self
    while !path.isEmpty {
      found.append(path)
      path.removeLastComponent()
    }
    return found
  }
}
