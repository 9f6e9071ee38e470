import CLinux
import Glibc
import SystemPackage

/// What a single-threaded wait of the leash looks at: `poll(2)` over a few descriptors.
struct PollSet {
  private var entries: [pollfd] = []

  /// Adds a descriptor; with no `events` only its hangup is seen.
  mutating func add(_ descriptor: Int32, events: Int32 = POLLIN) {
    entries.append(pollfd(fd: descriptor, events: Int16(events), revents: 0))
  }

  /// Waits until one is ready or `timeout` has passed; nil waits for ever.
  mutating func wait(_ timeout: Duration? = nil) {
    let milliseconds = timeout.map { Int32(clamping: Int(max(0, $0.seconds * 1000).rounded(.up))) }
    if poll(&entries, nfds_t(entries.count), milliseconds ?? -1) < 0 {
      for index in entries.indices { entries[index].revents = 0 }
    }
  }

  func isReady(_ descriptor: Int32) -> Bool {
    entries.contains { $0.fd == descriptor && $0.revents != 0 }
  }
}

/// Signals as a descriptor, `signalfd(2)`; they are blocked for this thread and those it makes.
struct SignalDescriptor {
  let raw: Int32

  init(_ numbers: [Int32]) throws {
    raw = numbers.reduce(-1) { pcs_signalfd($0, $1) }
    guard raw >= 0 else { throw LeashError.failed("signalfd", Errno(rawValue: errno)) }
  }

  /// The signals that came since the last look.
  func take() -> [Int32] {
    Array(
      sequence(state: raw) { raw in
        let number = pcs_take_signal(raw)
        return number > 0 ? number : nil
      })
  }
}

/// A moment on the clock that goes on while the machine sleeps, `CLOCK_BOOTTIME`.
struct BootTime: Comparable {
  private let nanoseconds: Int64

  static var now: BootTime {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return BootTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  static func + (moment: BootTime, duration: Duration) -> BootTime {
    BootTime(nanoseconds: moment.nanoseconds + Int64(duration.seconds * 1e9))
  }

  /// How long until this moment; zero when it has passed.
  var remaining: Duration { .nanoseconds(max(0, nanoseconds - BootTime.now.nanoseconds)) }

  static func < (left: BootTime, right: BootTime) -> Bool { left.nanoseconds < right.nanoseconds }
}
