import Btrfs
import PCSCore
import SystemPackage

/// One look at every watched path.
struct DiskRound {
  let spaces: [DiskSpace]
  let verdicts: [Watermarks.Verdict]
  let marks: Watermarks

  init(of paths: [FilePath], marks: Watermarks) throws(DiskSpaceError) {
    var spaces: [DiskSpace] = []
    for path in paths { spaces.append(try DiskSpace(at: path)) }
    self.init(spaces, marks: marks)
  }

  init(_ spaces: [DiskSpace], marks: Watermarks) {
    self.spaces = spaces
    self.marks = marks
    verdicts = spaces.map { marks.verdict(on: $0) }
  }

  /// Every path with too little room.
  var shortages: [DiskShortage] {
    zip(spaces, verdicts).compactMap { DiskShortage($0, $1, marks) }
  }

  /// The first of them, with the others in its words.
  var shortage: SyncError? {
    guard let first = shortages.first else { return nil }
    return SyncError(
      shortages.map(\.description).joined(separator: "; "), id: "disk.space",
      hint: "free some room; 'pcs-snapshot prune' deletes old snapshots", exitStatus: .noSpace,
      context: ["path": .string(first.space.path), "hostname": .string(first.space.hostname)])
  }
}

extension Watermarks {
  /// What a path has; when that is too little, what it has once the file system has settled.
  func space(at path: FilePath) throws(DiskSpaceError) -> DiskSpace {
    let space = try DiskSpace(at: path)
    switch verdict(on: space) {
    case .enough, .low: return space
    case .exhausted, .metadataExhausted: return try DiskSpace(settledAt: path)
    }
  }
}

/// Looks again and again, and warns once each time that room becomes low.
struct DiskWatch {
  let paths: [FilePath]
  let marks: Watermarks
  private var warned: Set<FilePath> = []

  init(paths: [FilePath], marks: Watermarks) {
    self.paths = paths
    self.marks = marks
  }

  /// One round; throws the seed's `DiskSpaceError` when there is too little room.
  mutating func look(_ reporter: Reporter) throws {
    let round = try DiskRound(of: paths, marks: marks)
    for (path, (space, verdict)) in zip(paths, zip(round.spaces, round.verdicts)) {
      reporter.emit(.disk(space))
      if verdict == .enough {
        warned.remove(path)
      } else if verdict == .low, warned.insert(path).inserted {
        reporter.log(
          .warning,
          "\(space.path): room is getting low: \(Size.text(space.available)) of"
            + " \(Size.text(space.total)) available",
          ["path": .string(space.path), "available": .integer(Int64(clamping: space.available))])
      }
    }
    if let shortage = round.shortage { throw shortage }
  }
}

/// A path with too little room, in words.
struct DiskShortage: CustomStringConvertible {
  let space: DiskSpace
  let description: String

  init?(_ space: DiskSpace, _ verdict: Watermarks.Verdict, _ marks: Watermarks) {
    self.space = space
    let needed = marks.minimum.bytes(of: space.total)
    switch verdict {
    case .enough, .low: return nil
    case .exhausted:
      description =
        "\(space.path): not enough space: \(Size.text(space.available)) of"
        + " \(Size.text(space.total)) available, \(Size.text(needed)) needed"
    case .metadataExhausted:
      description =
        "\(space.path): not enough space: btrfs has room for only"
        + " \(Size.text(space.metadataHeadroom ?? 0)) of metadata, although"
        + " \(Size.text(space.available)) are available for data"
    }
  }
}
