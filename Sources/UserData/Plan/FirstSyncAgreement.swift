package import PCSCore
package import SystemPackage

/// How much of each folder of the target the user agreed to lose in a first sync.
package struct FirstSyncAgreement: Sendable, Equatable {
  /// Entries that are replaced or deleted, by the folder's name in `plan` lines; nil where the user
  /// agreed to whatever comes.
  private let losses: [String: Int64]?

  /// Reads the `plan` lines of the list that was shown.
  package init(_ lines: [JSON]?) {
    losses = lines.map { lines in
      Dictionary(
        lines.compactMap { line in
          guard let folder = line["folder"]?.string, let replaced = line["replaced"]?.integer,
            let deleted = line["deleted"]?.integer
          else { return nil }
          return (folder, replaced + deleted)
        }
      ) { $1 }
    }
  }

  /// Throws when more of `folder` would be lost than was shown.
  package func check(loss: Int, of folder: FilePath) throws(AgreementError) {
    guard let losses else { return }
    let agreed = losses[WirePath(folder).text] ?? 0
    if Int64(loss) > agreed {
      throw AgreementError(folder: folder, loss: loss, agreed: agreed)
    }
  }
}

/// A first sync would replace or delete more than the user was shown; nothing was written.
package struct AgreementError: ToolError, Equatable {
  package let folder: FilePath
  /// Entries.
  package let loss: Int
  package let agreed: Int64

  package var id: String { "user_data.agreement" }
  package var description: String {
    "\(folder): \(loss) entries of the target would be replaced or deleted now, \(agreed) were shown"
  }
  package var hint: String? { "the folder changed meanwhile: sync again to see the new list" }
  package var exitStatus: ExitStatus { .refused }
}
