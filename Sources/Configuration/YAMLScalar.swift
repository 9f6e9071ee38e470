import PCSCore

/// Plain scalars as the core schema of YAML 1.2 reads them (section 10.3.2 of its specification).
///
/// `no` and `1:20` are strings and `017` is seventeen, unlike in YAML 1.1.
enum YAMLScalar {
  /// nil for what JSON has no value for: infinities, NaN, numbers beyond all measure.
  static func value(of text: String) -> JSONNode.Value? {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: break
    }
    if isSpecial(text) { return nil }
    if let digits = digits(of: text, after: "0o", { (48...55).contains($0) }) {
      return UInt64(digits, radix: 8).map { .number(JSONNumber($0)) }
    }
    if let digits = digits(of: text, after: "0x", isHexadecimal) {
      return UInt64(digits, radix: 16).map { .number(JSONNumber($0)) }
    }
    guard let decimal = decimal(text) else { return .string(text) }
    return JSONNumber(decimal).map { .number($0) }
  }

  private static func isSpecial(_ text: String) -> Bool {
    if [".nan", ".NaN", ".NAN"].contains(text) { return true }
    let unsigned = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    return [".inf", ".Inf", ".INF"].contains(unsigned)
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (97...102).contains(byte | 0x20)
  }

  private static func digits(
    of text: String, after prefix: String, _ isDigit: (UInt8) -> Bool
  ) -> Substring? {
    guard text.hasPrefix(prefix) else { return nil }
    let digits = text.dropFirst(prefix.count)
    return !digits.isEmpty && digits.utf8.allSatisfy(isDigit) ? digits : nil
  }

  /// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?` in the spelling of JSON;
  /// nil when `text` is not of this form.
  private static func decimal(_ text: String) -> String? {
    var rest = Array(text.utf8)[...]
    func digits() -> String {
      let digits = rest.prefix { (48...57).contains($0) }
      rest = rest.dropFirst(digits.count)
      return String(decoding: digits, as: UTF8.self)
    }
    func take(_ characters: String) -> String {
      guard let first = rest.first, characters.utf8.contains(first) else { return "" }
      rest = rest.dropFirst()
      return String(decoding: [first], as: UTF8.self)
    }
    let sign = take("-+") == "-" ? "-" : ""
    let whole = digits()
    let point = take(".")
    let fraction = point.isEmpty ? "" : digits()
    if whole.isEmpty && fraction.isEmpty { return nil }
    var exponent = ""
    if !take("eE").isEmpty {
      let exponentSign = take("-+")
      let power = digits()
      if power.isEmpty { return nil }
      exponent = "e" + exponentSign + power
    }
    guard rest.isEmpty else { return nil }
    let significant = whole.drop { $0 == "0" }
    return sign + (significant.isEmpty ? "0" : significant)
      + (fraction.isEmpty ? "" : "." + fraction) + exponent
  }
}
