import FileTrees
import SystemPackage

/// What changed of paths of the live folders since the last sync; nil of a machine whose base is
/// gone.
struct LiveChanges {
  var here: Set<FilePath>?
  var there: [FilePath: FolderFindings.Changed]?

  init(of paths: [FilePath], _ here: FolderHere, _ target: TargetConversation) throws {
    guard here.base != nil || here.isFirst else { return }
    let request = CompareRequest(here.path, base: here.base, paths: paths)
    if here.base != nil {
      var replies: [LookReply] = []
      try request.answer { replies.append($0) }
      self.here = try replies.changed.map { Set($0.keys) }
    }
    there = try target.changes(request)
  }
}

extension [LookReply] {
  /// The changed paths of an answer to a `CompareRequest`; nil where there is no base.
  var changed: [FilePath: FolderFindings.Changed]? {
    get throws(WireError) {
      guard case .folder(_, let reason, _, let preSync)? = first else { throw WireError() }
      var findings = FolderFindings(reason: reason, preSync: preSync)
      for reply in dropFirst() { findings.add(reply) }
      return reason == nil ? findings.changed : nil
    }
  }
}
