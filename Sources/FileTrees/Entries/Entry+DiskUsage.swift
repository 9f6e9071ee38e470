extension Entry {
  /// Bytes of the content of a file, without its holes.
  package var data: UInt64 { min(size, max(allocated, 4096)) }

  /// Bytes that the content of a file takes at most on a disk, in blocks; holes take nothing.
  package var allocatedAtMost: UInt64 {
    min((size + 4095) / 4096 * 4096, max(allocated, 4096))
  }
}
