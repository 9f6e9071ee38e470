/// A length of time as people write it: `30s`, `5m` (minutes), `12h`, `7d`, `2w`, `500ms`.
package enum DurationText {
  /// nil when `text` has no unit or is no number.
  package static func parse(_ text: String) -> Duration? {
    let units: [(String, Double)] = [
      ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400), ("w", 604_800),
    ]
    guard
      let (suffix, seconds) = units.first(where: { unit in
        text.hasSuffix(unit.0)
          && text.dropLast(unit.0.count).allSatisfy { "0123456789.".contains($0) }
      }), let count = Double(text.dropLast(suffix.count)), count.isFinite, count * seconds < 1e11
    else { return nil }
    return .seconds(count * seconds)
  }
}

extension Duration {
  /// This length of time in seconds, as JSON has it.
  package var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}

/// An amount of room on a disk: bytes, or a share of the whole.
package enum Size: Sendable, Equatable {
  case bytes(UInt64)
  case fraction(Double)

  /// Reads `20%`, `50GiB`, `500MB`, `4096B`; nil when `text` has no unit or is no number.
  package init?(_ text: String) {
    let digits = text.prefix { "0123456789.".contains($0) }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }
    guard let count = Double(digits), count.isFinite else { return nil }
    if unit == "%" {
      guard count > 0, count < 100 else { return nil }
      self = .fraction(count / 100)
      return
    }
    guard let factor = Self.units[String(unit)], count * factor < 1.8e19, count > 0 else {
      return nil
    }
    self = .bytes(UInt64(count * factor))
  }

  private static let units: [String: Double] = [
    "B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "KiB": 1024,
    "MiB": 1_048_576, "GiB": 1_073_741_824, "TiB": 1_099_511_627_776, "K": 1024, "M": 1_048_576,
    "G": 1_073_741_824, "T": 1_099_511_627_776,
  ]

  /// In bytes, of a file system of `total` bytes.
  package func bytes(of total: UInt64) -> UInt64 {
    switch self {
    case .bytes(let count): count
    case .fraction(let share): UInt64(Double(total) * share)
    }
  }

  /// Bytes as people read them: `1.5 GiB`.
  package static func text(_ bytes: UInt64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    if unit == 0 { return "\(bytes) B" }
    let tenths = Int((value * 10).rounded())
    return tenths >= 1000
      ? "\((tenths + 5) / 10) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }
}
