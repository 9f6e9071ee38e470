package import FileTrees

/// Identifies what a file holds: its length and a digest of everything in it but zeros.
///
/// Holes and zeros that take space are equal, as they are to a reader.
package struct VerifiedContent: Sendable, Equatable {
  package let length: UInt64
  package let digest: ContentDigest
}
