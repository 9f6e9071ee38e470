/// A number of bytes a second, as `123 MB/s`.
enum TransferRate {
  private static let units = ["B", "kB", "MB", "GB", "TB"]

  static func text(_ perSecond: Double) -> String {
    var (value, unit) = (max(0, min(perSecond, 1e15)), 0)
    while value >= 999.5, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    let tenths = Int((value * 10).rounded())
    let number =
      unit == 0 || tenths >= 100 ? "\(Int(value.rounded()))" : "\(tenths / 10).\(tenths % 10)"
    return "\(number) \(units[unit])/s"
  }
}
