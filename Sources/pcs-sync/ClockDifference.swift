/// The clocks of two machines side by side.
///
/// No clock decides on order or loss; ages in days and the rule `newer` go by them.
enum ClockDifference {
  /// More than this is worth a warning, in seconds.
  static let tolerated = 60

  /// What to say of a target whose clock is `seconds` ahead of ours; nil when that is nothing.
  static func warning(_ seconds: Int?, hostname: String) -> String? {
    guard let seconds, seconds.magnitude > tolerated else { return nil }
    return "\(hostname): its clock is \(words(seconds.magnitude))"
      + " \(seconds > 0 ? "ahead of" : "behind") the clock of this machine"
  }

  private static func words(_ seconds: UInt) -> String {
    switch seconds {
    case ..<120: "\(seconds) s"
    case ..<7200: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3600) h"
    default: "\(seconds / 86400) days"
    }
  }
}
