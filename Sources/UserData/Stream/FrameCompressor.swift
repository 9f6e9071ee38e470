import CZstd
import FileTrees
import LiveCommit
import PCSCore

/// Compresses batches of frames by zstd.
///
/// Not for two threads at once.
package final class FrameCompressor {
  private let context: OpaquePointer?

  package init() {
    context = ZSTD_createCCtx()
  }

  deinit {
    ZSTD_freeCCtx(context)
  }

  /// Compresses a batch; nil when that does not make it smaller, or there is no memory to try.
  package func compress(_ batch: [UInt8], level: Int) -> CompressedFrames? {
    guard let context, batch.count > 0 else { return nil }
    let bytes = [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(batch.count)) {
      buffer, count in
      let result = ZSTD_compressCCtx(
        context, buffer.baseAddress, buffer.count, batch, batch.count, CInt(level))
      count = ZSTD_isError(result) == 0 ? result : 0
    }
    guard !bytes.isEmpty, bytes.count < batch.count else { return nil }
    return CompressedFrames(length: batch.count, bytes: bytes)
  }
}

/// A batch of frames that was compressed.
package struct CompressedFrames: Sendable, Equatable {
  /// Bytes of the batch.
  private let length: Int
  private let bytes: [UInt8]

  fileprivate init(length: Int, bytes: [UInt8]) {
    self.length = length
    self.bytes = bytes
  }

  /// As it is sent.
  var sent: [UInt8] {
    var writer = ByteWriter()
    writer.put(UInt64(length))
    return writer.bytes + bytes
  }

  /// Takes what was sent apart.
  init(sent: [UInt8]) throws(WireError) {
    var reader = ByteReader(sent)
    let length = try reader.number()
    guard length > 0, length <= UInt64(FrameBatch.longest) else { throw WireError() }
    self.length = Int(length)
    bytes = reader.remainder
  }

  /// The batch again.
  func batch() throws(WireError) -> [UInt8] {
    let batch = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      let result = ZSTD_decompress(buffer.baseAddress, buffer.count, bytes, bytes.count)
      count = ZSTD_isError(result) == 0 ? result : 0
    }
    guard batch.count == length else { throw WireError() }
    return batch
  }
}
