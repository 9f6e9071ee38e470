import FileTrees
import FoundationEssentials
import LiveCommit
import PCSCore

/// What the source asks of its half on the target, one after another on its standard input.
///
/// As bytes: one for the kind, eight for the length of the rest, the lowest first, and the rest.
package enum TargetRequest: Sendable {
  case look(LookRequest)
  case probe(ProbeRequest)
  case digest(DigestRequest)
  /// Plans for which everything new is to be prepared, a request for each folder.
  case plans([PlanRequest])
  /// What is new for them: a `FrameBatch`.
  case frames([UInt8])
  /// Commits what was prepared.
  case commit
  case accounts(AccountRequest)
  case units(UnitRequest)
  case list(ListRequest)
  case remember(RememberRequest)
  case compare(CompareRequest)
  case verify(VerifyRequest)
  case blocks(BlockRequest)
  /// Which files an interrupted sync has received, between the plans and the frames.
  case received(ReceivedRequest)
  case receivedBlocks(ReceivedBlocksRequest)
  /// Removes what interrupted syncs of the source received and no sync needs any more.
  case removeReceived(RemoveReceivedRequest)

  private static let framesKind: UInt8 = 10
  private static let compressedFramesKind: UInt8 = 20
  static let headerLength = 9
  /// More than any list of changes takes.
  static let longest = 1 << 32

  package var bytes: [UInt8] {
    get throws {
      let (kind, rest): (UInt8, [UInt8]) =
        switch self {
        case .look(let request): (0, Array(try JSON.encoder.encode(request)))
        case .probe(let request): (1, Array(try JSON.encoder.encode(request)))
        case .digest(let request): (2, Array(try JSON.encoder.encode(request)))
        case .plans(let requests): (4, try PlanRequest.bytes(of: requests))
        case .frames(let bytes): (Self.framesKind, bytes)
        case .commit: (11, [])
        case .units(let request): (6, Array(try JSON.encoder.encode(request)))
        case .list(let request): (5, Array(try JSON.encoder.encode(request)))
        case .remember(let request): (7, request.bytes)
        case .accounts(let request): (8, Array(try JSON.encoder.encode(request)))
        case .compare(let request): (9, Array(try JSON.encoder.encode(request)))
        case .verify(let request): (12, Array(try JSON.encoder.encode(request)))
        case .blocks(let request): (13, Array(try JSON.encoder.encode(request)))
        case .received(let request): (14, Array(try JSON.encoder.encode(request)))
        case .receivedBlocks(let request): (15, Array(try JSON.encoder.encode(request)))
        case .removeReceived(let request): (16, Array(try JSON.encoder.encode(request)))
        }
      return Self.bytes(kind, rest)
    }
  }

  /// A request with frames, which the other machine reads as `frames`.
  package static func bytes(of frames: CompressedFrames) -> [UInt8] {
    bytes(compressedFramesKind, frames.sent)
  }

  private static func bytes(_ kind: UInt8, _ rest: [UInt8]) -> [UInt8] {
    let length = (0..<8).map { UInt8(truncatingIfNeeded: rest.count >> (8 * $0)) }
    return [kind] + length + rest
  }

  /// How many bytes follow a header.
  static func length(_ header: [UInt8]) throws(WireError) -> Int {
    let length = header[1...].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let isBatch = [framesKind, compressedFramesKind].contains(header[0])
    let most = isBatch ? FrameBatch.longest : longest
    guard length <= UInt64(most) else { throw WireError() }
    return Int(length)
  }

  init(kind: UInt8, _ rest: [UInt8]) throws {
    let decoder = JSONDecoder()
    switch kind {
    case 0: self = .look(try decoder.decode(LookRequest.self, from: Data(rest)))
    case 1: self = .probe(try decoder.decode(ProbeRequest.self, from: Data(rest)))
    case 2: self = .digest(try decoder.decode(DigestRequest.self, from: Data(rest)))
    case 4: self = .plans(try PlanRequest.list(bytes: rest))
    case 6: self = .units(try decoder.decode(UnitRequest.self, from: Data(rest)))
    case 5: self = .list(try decoder.decode(ListRequest.self, from: Data(rest)))
    case 7: self = .remember(try RememberRequest(bytes: rest))
    case 8: self = .accounts(try decoder.decode(AccountRequest.self, from: Data(rest)))
    case Self.framesKind: self = .frames(rest)
    case Self.compressedFramesKind: self = .frames(try CompressedFrames(sent: rest).batch())
    case 11:
      guard rest.isEmpty else { throw WireError() }
      self = .commit
    case 9: self = .compare(try decoder.decode(CompareRequest.self, from: Data(rest)))
    case 12: self = .verify(try decoder.decode(VerifyRequest.self, from: Data(rest)))
    case 13: self = .blocks(try decoder.decode(BlockRequest.self, from: Data(rest)))
    case 14: self = .received(try decoder.decode(ReceivedRequest.self, from: Data(rest)))
    case 15:
      self = .receivedBlocks(try decoder.decode(ReceivedBlocksRequest.self, from: Data(rest)))
    case 16:
      self = .removeReceived(try decoder.decode(RemoveReceivedRequest.self, from: Data(rest)))
    default: throw WireError()
    }
  }
}
