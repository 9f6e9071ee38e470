/// A JSON number with its exact value, whatever its size.
///
/// The value is `digits`, read as a whole number, times ten to the power of `exponent`. Equal values
/// are equal numbers: 1, 1.0 and 10e-1 are the same.
package struct JSONNumber: Sendable, Hashable {
  package let isNegative: Bool
  /// 0 to 9 each, without a zero at either end; empty for zero.
  let digits: [UInt8]
  let exponent: Int

  /// Exponents beyond this are refused, so that arithmetic stays affordable.
  private static let greatestExponent = 9999

  /// Reads a number as JSON writes it; nil when `text` is none, or one beyond all measure.
  package init?(_ text: some StringProtocol) {
    var rest = Array(text.utf8)[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative { rest = rest.dropFirst() }
    let whole = Self.takeDigits(&rest)
    guard !whole.isEmpty, whole.count == 1 || whole[0] != 0 else { return nil }
    var fraction: [UInt8] = []
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      fraction = Self.takeDigits(&rest)
      if fraction.isEmpty { return nil }
    }
    guard let power = Self.takeExponent(&rest), rest.isEmpty else { return nil }
    self.init(
      isNegative: isNegative, digits: whole + fraction, exponent: power - fraction.count)
  }

  package init(_ value: some BinaryInteger) {
    self.init(
      isNegative: value < 0, digits: value.magnitude.description.utf8.map { $0 - 48 }, exponent: 0)
  }

  /// nil for what JSON cannot say: infinities and NaN.
  package init?(_ value: Double) {
    guard value.isFinite else { return nil }
    self.init(value.description.replacingPlusInExponent)
  }

  init(isNegative: Bool, digits: [UInt8], exponent: Int) {
    var digits = digits.drop { $0 == 0 }
    var exponent = exponent
    while digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
    self.isNegative = isNegative && !digits.isEmpty
    self.digits = Array(digits)
    self.exponent = digits.isEmpty ? 0 : exponent
  }

  private static func takeDigits(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
    let digits = rest.prefix { (48...57).contains($0) }
    rest = rest.dropFirst(digits.count)
    return digits.map { $0 - 48 }
  }

  /// The power of ten after `e`, 0 when there is none; nil when it is malformed or too great.
  private static func takeExponent(_ rest: inout ArraySlice<UInt8>) -> Int? {
    guard rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") else { return 0 }
    rest = rest.dropFirst()
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    let digits = takeDigits(&rest)
    guard !digits.isEmpty, digits.count < 9 else { return nil }
    let power = digits.reduce(0) { $0 * 10 + Int($1) }
    return power > greatestExponent ? nil : isNegative ? -power : power
  }
}

extension String {
  /// `1e+20`, as Swift may write it, without the plus.
  fileprivate var replacingPlusInExponent: String { filter { $0 != "+" } }
}

extension JSONNumber {
  package var isInteger: Bool { exponent >= 0 }

  /// nil when there is a fraction, or when the value does not fit.
  package var integer: Int64? {
    guard isInteger, digits.count + exponent <= 19 else { return nil }
    return Int64(plainText)
  }

  /// The nearest double; infinite beyond its range.
  package var double: Double { Double(text) ?? (isNegative ? -.infinity : .infinity) }

  /// The shortest JSON for this value.
  package var text: String {
    let point = digits.count + exponent
    let sign = isNegative ? "-" : ""
    let ascii = String(decoding: digits.map { $0 + 48 }, as: UTF8.self)
    if digits.isEmpty { return "0" }
    if exponent >= 0, point <= 21 { return plainText }
    if exponent < 0, point > 0 {
      return sign + ascii.prefix(point) + "." + ascii.dropFirst(point)
    }
    if exponent < 0, point > -7 {
      return sign + "0." + String(repeating: "0", count: -point) + ascii
    }
    let fraction = digits.count > 1 ? "." + ascii.dropFirst(1) : ""
    return sign + ascii.prefix(1) + fraction + "e\(point - 1)"
  }

  private var plainText: String {
    if digits.isEmpty { return "0" }
    return (isNegative ? "-" : "") + String(decoding: digits.map { $0 + 48 }, as: UTF8.self)
      + String(repeating: "0", count: max(0, exponent))
  }

  /// Whether dividing by `divisor` leaves nothing; false when it is zero.
  package func isMultiple(of divisor: JSONNumber) -> Bool {
    if divisor.digits.isEmpty { return false }
    let shift = exponent - divisor.exponent
    let dividend = digits + Array(repeating: 0, count: max(0, shift))
    let unit = divisor.digits + Array(repeating: 0, count: max(0, -shift))
    var remainder: [UInt8] = []
    for digit in dividend {
      if !remainder.isEmpty || digit != 0 { remainder.append(digit) }
      while Self.isLess(unit, remainder) || unit == remainder {
        remainder = Self.subtract(unit, from: remainder)
      }
    }
    return remainder.isEmpty
  }

  private static func isLess(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count != right.count ? left.count < right.count : left.lexicographicallyPrecedes(right)
  }

  /// `whole` - `part`, where `part` is not greater; empty for zero.
  private static func subtract(_ part: [UInt8], from whole: [UInt8]) -> [UInt8] {
    var result = whole
    var borrow: UInt8 = 0
    for offset in 1...whole.count {
      let place = whole.count - offset
      let taken = (offset <= part.count ? part[part.count - offset] : 0) + borrow
      borrow = result[place] < taken ? 1 : 0
      result[place] = result[place] + borrow * 10 - taken
    }
    return Array(result.drop { $0 == 0 })
  }
}

extension JSONNumber: Comparable {
  package static func < (left: JSONNumber, right: JSONNumber) -> Bool {
    if left.isNegative != right.isNegative { return left.isNegative }
    return left.isNegative
      ? hasLessMagnitude(right, left) : hasLessMagnitude(left, right)
  }

  private static func hasLessMagnitude(_ left: JSONNumber, _ right: JSONNumber) -> Bool {
    if left.digits.isEmpty || right.digits.isEmpty { return left.digits.count < right.digits.count }
    let points = (left.digits.count + left.exponent, right.digits.count + right.exponent)
    return points.0 != points.1
      ? points.0 < points.1 : left.digits.lexicographicallyPrecedes(right.digits)
  }
}
