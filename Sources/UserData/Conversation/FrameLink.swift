import LiveCommit
import PCSCore

/// The way of frames to the target: below a number of bytes a second, and compressed while the sender
/// waits for it.
struct FrameLink {
  private let target: TargetConversation
  private var pace: StreamPace
  private let compressor: FrameCompressor?
  private var compression = CompressionLevel()
  private var last = ContinuousClock.now

  init(_ context: ModuleContext, _ settings: UserDataSettings, to target: TargetConversation) {
    self.target = target
    pace = StreamPace(context, limit: settings.bandwidthLimit)
    compressor = settings.compresses ? FrameCompressor() : nil
  }

  mutating func send(_ batch: FrameBatch) throws {
    let request = try request(batch.bytes)
    let ready = ContinuousClock.now
    try pace.wait(for: request.count)
    try target.send(frames: request)
    let sent = ContinuousClock.now
    compression.sent(waited: sent - ready, of: sent - last)
    last = sent
  }

  private func request(_ batch: [UInt8]) throws -> [UInt8] {
    guard let compressor, compression.level > 0,
      let compressed = compressor.compress(batch, level: compression.level)
    else { return try TargetRequest.frames(batch).bytes }
    return TargetRequest.bytes(of: compressed)
  }
}
