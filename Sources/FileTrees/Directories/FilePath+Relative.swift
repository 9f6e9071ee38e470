package import SystemPackage

extension FilePath {
  /// This path as seen from `base`, empty when they are the same; nil when it lies elsewhere.
  package func relative(to base: FilePath) -> FilePath? {
    var rest = self
    return rest.removePrefix(base) ? rest : nil
  }
}
