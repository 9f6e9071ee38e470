import CBtrfs
import FileTrees
import Glibc
package import PCSCore
package import SystemPackage

extension SnapshotPlan {
  private func names(
    _ kind: Snapshot.Kind, session: String, at moment: Timestamp
  ) -> [SnapshotName] {
    sources.map {
      SnapshotName(subvolume: $0.name, kind: kind, timestamp: moment, sessionID: session)
    }
  }

  /// The snapshots that `take` would make.
  package func paths(_ kind: Snapshot.Kind, session: String, at moment: Timestamp) -> [FilePath] {
    zip(sources, names(kind, session: session, at: moment)).map { source, name in
      places[source.place].path.appending(name.text)
    }
  }

  /// Takes read-only snapshots of all subvolumes, or of none: on a failure those that were made
  /// are removed again.
  ///
  /// `onEach` is called before each one, and may throw to end it.
  package func take(
    _ kind: Snapshot.Kind, session: String, at moment: Timestamp,
    onEach: (_ index: Int, _ name: String) throws -> Void
  ) throws -> [Snapshot] {
    try check()
    var taken: [(name: String, place: Directory)] = []
    do {
      let made = try places.map { try $0.made() }
      let pairs = zip(sources, names(kind, session: session, at: moment))
      for (source, name) in pairs where try made[source.place].has(FilePath(name.text)) {
        throw SnapshotError.exists(made[source.place].path.appending(name.text))
      }
      return try pairs.enumerated().map { index, pair in
        let (source, name) = pair
        let place = made[source.place]
        try onEach(index, source.name)
        try make(source, name.text, in: place)
        taken.append((name.text, place))
        return try verified(source, name, in: place, at: moment)
      }
    } catch {
      for (name, place) in taken { try? Subvolume.delete(name, in: place) }
      for place in places { try? place.unmake() }
      throw error
    }
  }

  private func make(_ source: Source, _ name: String, in place: Directory) throws {
    do {
      try Subvolume.snapshot(source.root, in: place, name, isReadOnly: true)
    } catch {
      switch error {
      case .failed(_, _, .textFileBusy): throw SnapshotError.busy(source.name)
      case .failed(let path, _, .fileExists): throw SnapshotError.exists(path)
      default: throw error
      }
    }
  }

  /// Looks at what was made: the kernel's word is not taken for it.
  private func verified(
    _ source: Source, _ name: SnapshotName, in place: Directory, at moment: Timestamp
  ) throws -> Snapshot {
    let path = place.path.appending(name.text)
    guard let directory = try place.opening(name.text) else {
      throw SnapshotError.unverified(path, "it is not there")
    }
    let made = try Subvolume(at: directory)
    if made.uuid.isZero { throw SnapshotError.unverified(path, "it has no uuid") }
    if made.parentUUID != source.subvolume.uuid {
      throw SnapshotError.unverified(path, "its parent uuid is \(made.parentUUID)")
    }
    if !made.isReadOnly { throw SnapshotError.unverified(path, "it can be written") }
    var snapshot = Snapshot(made, name: name, path: path, origin: source.located.identity)
    snapshot.home = source.home?.string
    return snapshot
  }
}

extension Snapshot {
  /// A snapshot of ours as it is found on this machine.
  init(
    _ subvolume: Subvolume, name: SnapshotName, path: FilePath, origin: SubvolumeIdentity?
  ) {
    self.init(
      subvolume: name.subvolume, snapshotPath: path,
      timestamp: name.moment ?? Timestamp(milliseconds: subvolume.creation * 1000),
      sessionID: name.sessionID, kind: name.kind, hostname: Machine.hostname,
      isReadOnly: subvolume.isReadOnly, uuid: subvolume.uuid.description,
      generation: subvolume.generation, origin: origin)
  }
}
