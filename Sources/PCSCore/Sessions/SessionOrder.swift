/// The place of a session among those that a machine remembers.
///
/// Its number decides: the larger of the highest numbers of the two machines, plus 1. Records that
/// were written before sessions had numbers come first, by their times; no clock decides elsewhere.
package struct SessionOrder: Sendable, Equatable, Comparable {
  /// nil in a record of a version without numbers.
  package let number: Int?
  package let timestamp: Timestamp
  package let id: String

  package static func < (left: SessionOrder, right: SessionOrder) -> Bool {
    switch (left.number, right.number) {
    case (nil, .some): true
    case (.some, nil): false
    case (let first?, let second?) where first != second: first < second
    default: (left.timestamp, left.id) < (right.timestamp, right.id)
    }
  }
}

extension SessionRecord {
  package var order: SessionOrder {
    SessionOrder(number: number, timestamp: session.timestamp, id: session.id)
  }
}

extension [SessionRecord] {
  package var inOrder: [SessionRecord] { sorted { $0.order < $1.order } }

  /// The numbers of the sessions that have one, by their ids.
  package var numbers: [String: Int] {
    Dictionary(compactMap { record in record.number.map { (record.session.id, $0) } }) { $1 }
  }

  /// The highest number of a session; records without one count as 1, 2, 3 by their order.
  package var highestNumber: Int {
    Swift.max(compactMap(\.number).max() ?? 0, count { $0.number == nil })
  }
}
