package import FileTrees
import SystemPackage

/// A path that may differ between the machines, after what was only renamed is in its place.
package struct Candidate: Sendable, Equatable {
  /// What was found on the target.
  package struct There: Sendable, Equatable {
    /// nil when there is nothing.
    package var entry: Entry?
    /// Whether somebody changed it there since the last sync.
    package var isChanged: Bool

    package init(entry: Entry?, isChanged: Bool) {
      self.entry = entry
      self.isChanged = isChanged
    }
  }

  /// Whether it changed here since the last sync.
  package var isChangedHere = false
  /// Whether the content of a file has to be sent.
  package var hasContent = false
  /// nil for what is on the target as it was in the base.
  package var there: There?
  /// The sum of a directory that is sent with everything in it.
  package var sum: TreeSum?

  package init(isChangedHere: Bool = false, hasContent: Bool = false, there: There? = nil) {
    self.isChangedHere = isChangedHere
    self.hasContent = hasContent
    self.there = there
  }
}
