package import SystemPackage

extension FilePath {
  /// The exact bytes of the path, which need not be UTF-8.
  package var bytes: [UInt8] {
    withPlatformString { pointer in (0..<length).map { UInt8(bitPattern: pointer[$0]) } }
  }

  package init(bytes: some Collection<UInt8>) {
    self.init(platformString: bytes.map { CChar(bitPattern: $0) } + [0])
  }

  /// Whether the path can be written as text without loss.
  package var isUTF8: Bool { String(validating: self) != nil }
}
