/// How much of what has to be transferred is done, in bytes of content and in entries.
package struct ProgressAmounts: Sendable, Equatable {
  package var bytesDone: UInt64
  package var bytesTotal: UInt64
  package var filesDone: Int
  package var filesTotal: Int

  package init(bytesDone: UInt64, bytesTotal: UInt64, filesDone: Int, filesTotal: Int) {
    self.bytesDone = min(bytesDone, bytesTotal)
    self.bytesTotal = bytesTotal
    self.filesDone = min(filesDone, filesTotal)
    self.filesTotal = filesTotal
  }
}
