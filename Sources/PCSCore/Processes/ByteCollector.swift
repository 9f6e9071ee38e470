import Synchronization
import SystemPackage

/// Gathers lines up to a limit.
package final class ByteCollector: Sendable {
  private let content = Mutex<[UInt8]>([])
  private let limit: Int

  package init(limit: Int) {
    self.limit = limit
  }

  package func append(_ line: [UInt8]) throws(FileError) {
    let count = content.withLock { content in
      content += line
      content.append(UInt8(ascii: "\n"))
      return content.count
    }
    if count > limit { throw FileError("output", is: "larger than \(limit) bytes", .fileTooLarge) }
  }

  package var bytes: [UInt8] { content.withLock { $0 } }
}
