/// Lines that wait for a slow reader.
///
/// Only progress may be lost, since a later line of it says more; when nothing but other lines is
/// left, memory grows up to a limit, and then the writer has to wait.
package struct Backlog: Sendable {
  private let comfort: Int
  private let limit: Int
  private var lines: [(bytes: [UInt8], isProgress: Bool)] = []
  private var first = 0
  private var progressCount = 0
  private var byteCount = 0

  /// Above `comfort` bytes progress is dropped; at `limit` it is full.
  package init(comfort: Int = 1 << 20, limit: Int = 64 << 20) {
    self.comfort = comfort
    self.limit = limit
  }

  package var isEmpty: Bool { first == lines.count }
  package var isFull: Bool { byteCount >= limit }

  package mutating func append(_ line: [UInt8], isProgress: Bool) {
    if byteCount + line.count > comfort {
      dropProgress()
      if isProgress { return }
    }
    lines.append((line, isProgress))
    byteCount += line.count
    if isProgress { progressCount += 1 }
  }

  /// Takes whole lines from the front: at least one, if there is any, then up to `count` bytes.
  package mutating func take(upTo count: Int = 65536) -> [UInt8] {
    var taken: [UInt8] = []
    while first < lines.count, taken.isEmpty || taken.count + lines[first].bytes.count <= count {
      taken += lines[first].bytes
      if lines[first].isProgress { progressCount -= 1 }
      lines[first].bytes = []
      first += 1
    }
    byteCount -= taken.count
    if first == lines.count || first > 4096 {
      lines.removeFirst(first)
      first = 0
    }
    return taken
  }

  private mutating func dropProgress() {
    guard progressCount > 0 else { return }
    lines = lines[first...].filter { !$0.isProgress }
    first = 0
    progressCount = 0
    byteCount = lines.reduce(0) { $0 + $1.bytes.count }
  }
}
