package import SystemPackage

extension FilePath {
  /// The exact bytes of the path, which need not be UTF-8.
  package var bytes: [UInt8] {
    withPlatformString { Array(UnsafeRawBufferPointer(start: $0, count: length)) }
  }

  package init(bytes: some Collection<UInt8>) {
    let text = [CChar](unsafeUninitializedCapacity: bytes.count + 1) { text, count in
      count = bytes.count + 1
      let copied = UnsafeMutableRawBufferPointer(text)
      copied.copyBytes(from: bytes)
      copied[bytes.count] = 0
    }
    self.init(platformString: text)
  }

  /// Whether the path can be written as text without loss.
  package var isUTF8: Bool { String(validating: self) != nil }
}
