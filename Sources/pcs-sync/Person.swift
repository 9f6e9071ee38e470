import PCSCore

enum Person {
  static func run(_ request: SyncRequest) async -> Never {
    await Driver.run(request, front: .terminal)
  }
}
