import PCSCore
import Testing

@Suite struct JSONNumberTests {
  @Test(arguments: [
    ("0", "0"), ("-0", "0"), ("1.50", "1.5"), ("100", "100"), ("1e2", "100"), ("1E-2", "0.01"),
    ("0.00000001", "1e-8"), ("123456789012345678901", "123456789012345678901"),
    ("1234567890123456789012", "1.234567890123456789012e21"), ("-12.5e1", "-125"),
    ("0.000123", "0.000123"),
  ])
  func writesTheShortestForm(_ text: String, _ short: String) {
    #expect(JSONNumber(text)?.text == short)
  }

  @Test(arguments: ["", "-", "01", "1.", ".5", "1e", "+1", "1e+", "0x1", "1e10000", " 1", "1 "])
  func refusesWhatIsNone(_ text: String) {
    #expect(JSONNumber(text) == nil)
  }

  @Test(arguments: [
    ("1", "2"), ("-1", "1"), ("-2", "-1"), ("0", "0.1"), ("-0.1", "0"), ("9", "10"),
    ("0.09", "0.1"), ("18446744073709551615", "18446744073709551616"), ("1e-5", "1e5"),
    ("1.5", "1.51"), ("-1e300", "-1e-300"),
  ])
  func orders(_ less: String, _ more: String) throws {
    let (less, more) = (try #require(JSONNumber(less)), try #require(JSONNumber(more)))
    #expect(less < more)
    #expect(!(more < less))
  }

  @Test(arguments: [
    ("0.0075", "0.0001", true), ("0.00751", "0.0001", false), ("4.5", "1.5", true),
    ("35", "1.5", false), ("0", "3", true), ("1e308", "0.123456789", false),
    ("12391239123", "1e-8", true), ("7", "0", false), ("-6", "3", true), ("1", "1e300", false),
    ("19.99", "0.01", true),
  ])
  func knowsMultiplesExactly(_ number: String, _ divisor: String, _ isMultiple: Bool) throws {
    let (number, divisor) = (try #require(JSONNumber(number)), try #require(JSONNumber(divisor)))
    #expect(number.isMultiple(of: divisor) == isMultiple)
  }

  @Test func fitsIntegers() {
    #expect(JSONNumber("9223372036854775807")?.integer == .max)
    #expect(JSONNumber("-9223372036854775808")?.integer == .min)
    #expect(JSONNumber("9223372036854775808")?.integer == nil)
    #expect(JSONNumber("1.5")?.integer == nil)
    #expect(JSONNumber(2.5)?.text == "2.5")
    #expect(JSONNumber(Double.infinity) == nil)
  }
}
