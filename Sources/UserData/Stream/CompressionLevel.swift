/// How hard batches are compressed: the harder, the longer the sender waits for the link.
///
/// Without waiting nothing is compressed, since then the link is faster than the disks.
package struct CompressionLevel: Sendable, Equatable {
  /// Levels of `zstd(1)`; 0 for no compression.
  private static let levels = [0, 1, 3, 6]
  /// Batches after which the level is judged again.
  private static let window = 8

  private var place = 0
  private var batches = 0
  private var waited = Duration.zero
  private var all = Duration.zero

  package init() {}

  package var level: Int { Self.levels[place] }

  /// A batch took `all` from the one before it, of which the sender has `waited` for the link.
  package mutating func sent(waited: Duration, of all: Duration) {
    self.waited += waited
    self.all += all
    batches += 1
    if batches < Self.window { return }
    if self.waited * 2 > self.all {
      place = min(place + 1, Self.levels.count - 1)
    } else if self.waited * 10 < self.all {
      place = max(place - 1, 0)
    }
    (batches, self.waited, self.all) = (0, .zero, .zero)
  }
}
