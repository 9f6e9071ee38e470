import LiveCommit

extension FrameStream {
  /// Adds a file that was received already: the frame that begins it, and what is lacking.
  func add(
    _ content: ContentReader, _ reuse: ReceivedFiles.Reuse, _ frame: (ReusedFile) -> Frame
  ) throws {
    try add(frame(reuse.file))
    if let ranges = reuse.ranges { try content.send(only: ranges, self) }
  }
}
