import PCSCore

/// The disk monitor's section in the numbers of the seed: bytes or a fraction of the whole, and
/// seconds.
enum DiskSection {
  /// The order in which `show` prints what the file leaves out.
  private static let sizes = ["min_free", "reserve_minimum", "warning_threshold"]

  /// `section` with numbers for what people wrote with units, and what is no amount.
  static func normalized(_ section: JSONNode) -> (section: JSONNode, findings: [Finding]) {
    guard let members = section.members else { return (section, []) }
    var findings: [Finding] = []
    let numbers = members.map { member in
      var member = member
      do throws(AmountError) {
        if sizes.contains(member.key) {
          member.value.value = try size(member.value)
        } else if member.key == "check_interval" {
          member.value.value = try seconds(member.value)
        }
      } catch {
        findings.append(
          Finding(
            "\(member.value.text.prefix(60)) \(error.reason)", at: JSONPointer([member.key]),
            member.value.position ?? member.position))
      }
      return member
    }
    // Null stands for the rule of the disk monitor, which no single number can say.
    let absent = (sizes + ["check_interval"]).filter { section[$0] == nil }
      .map { JSONNode.Member($0, JSONNode(.null)) }
    return (JSONNode(.object(numbers + absent), at: section.position), findings)
  }

  private struct AmountError: Error {
    let reason: String
  }

  private static func size(_ node: JSONNode) throws(AmountError) -> JSONNode.Value {
    switch node.value {
    case .string(let text):
      switch Size(text) {
      case .bytes(let count): return .number(JSONNumber(count))
      case .fraction(let share):
        return JSONNumber(share).map { .number($0) } ?? node.value
      case nil:
        throw AmountError(
          reason: "is no size: bytes, a fraction like 0.2, or one like 20% or 50GiB")
      }
    case .number(let number):
      let isFraction = !number.isInteger && number < JSONNumber(1)
      guard number > JSONNumber(0), number.isInteger || isFraction else {
        throw AmountError(reason: "is neither positive bytes nor a fraction between 0 and 1")
      }
      return node.value
    default: return node.value
    }
  }

  private static func seconds(_ node: JSONNode) throws(AmountError) -> JSONNode.Value {
    let seconds: Int64?
    switch node.value {
    case .string(let text):
      seconds = DurationText.parse(text).flatMap { duration in
        duration.components.attoseconds == 0 ? duration.components.seconds : nil
      }
    case .number(let number): seconds = number.integer
    default: return node.value
    }
    guard let seconds, seconds > 0 else {
      throw AmountError(reason: "is no time of whole seconds, such as 30 or 30s")
    }
    return .number(JSONNumber(seconds))
  }
}
