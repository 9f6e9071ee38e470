import Btrfs
import FileTrees
import Glibc
import PCSCore
import SystemPackage

extension PreparationDirectory {
  /// The sessions of the preparation directories at the top of a subvolume.
  static func sessions(in root: Directory) throws -> [String] {
    try root.entries().filter(holds).map {
      String(decoding: $0.bytes.dropFirst(prefix.utf8.count), as: UTF8.self)
    }.filter(SessionID.isValid)
  }

  /// Gives the directories of interrupted syncs their names back, if the owner of the subvolume has
  /// given them others.
  static func restoreNames(_ transfers: [InterruptedTransfer], in root: Directory) throws {
    for transfer in transfers {
      for inode in transfer.directories {
        guard let found = try find(inode, in: root),
          (try? Receipt(in: found))?.session == transfer.sessionID
        else { continue }
        _ = try PreparationDirectory(root, session: transfer.sessionID, inode: inode)
      }
    }
  }

  /// Whether a later sync can reuse the files in a directory.
  enum Use {
    case possible(InterruptedPreparation)
    /// `reason` is nil where there is no receipt, because little was received.
    case none(reason: String?)

    var reason: String? {
      if case .none(let reason) = self { reason } else { nil }
    }
  }

  /// Looks at the receipt; `subvolume` is the UUID of the live subvolume.
  static func use(of directory: Directory, subvolume: String) throws -> Use {
    do {
      guard let receipt = try Receipt(in: directory) else { return .none(reason: nil) }
      if let fault = receipt.fault(subvolume: subvolume) { return .none(reason: fault) }
      return .possible(InterruptedPreparation(receipt, directory))
    } catch is WireError {
      return .none(reason: "its receipt is damaged")
    }
  }

  /// The directories of interrupted syncs that were moved into this one, the newest first.
  func interrupted(subvolume: String) throws -> [InterruptedPreparation] {
    var found: [InterruptedPreparation] = []
    for name in try directory.entries() where Self.isReceived(name) {
      guard let inner = try directory.beneath(name) else { continue }
      if case .possible(let one) = try Self.use(of: inner, subvolume: subvolume) {
        found.append(one)
      }
    }
    return found.sorted { $1.receipt.begun < $0.receipt.begun }
  }

  /// Moves the directory of an interrupted sync into this one, with those that it had adopted itself.
  func adopt(_ other: PreparationDirectory) throws {
    try Self.keepingTime(of: root) { [name = other.name] () throws(FileError) in
      try move(name, from: root)
    }
    for name in try other.directory.entries() where Self.isReceived(name) {
      try move(name, from: other.directory)
    }
  }

  private func move(_ name: FilePath, from parent: Directory) throws(FileError) {
    var number = 0
    while true {
      let free = FilePath("\(Self.received)\(number)")
      number += 1
      guard let error = parent.rename(name, to: free, in: directory) else { return }
      if error != .fileExists {
        throw FileError(parent.path.pushing(name), "cannot be moved", error)
      }
    }
  }

  private static let received = "received-"

  /// Returns true for the name of an adopted preparation directory.
  static func isReceived(_ name: FilePath) -> Bool { name.bytes.starts(with: received.utf8) }

  /// The digest of the path that a new file goes to; nil for the name of anything else.
  static func contentDigest(in name: FilePath) -> ContentDigest? {
    let prefix = "\(Purpose.content.rawValue)-"
    let digits = name.bytes.dropFirst(prefix.utf8.count)
    guard name.bytes.starts(with: prefix.utf8), digits.count == 2 * ContentDigest.length else {
      return nil
    }
    let text = String(decoding: digits, as: UTF8.self)
    var bytes: [UInt8] = []
    var rest = text[...]
    while !rest.isEmpty {
      guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
      bytes.append(byte)
      rest = rest.dropFirst(2)
    }
    return ContentDigest(bytes)
  }
}
