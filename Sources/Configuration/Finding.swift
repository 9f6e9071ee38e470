package import PCSCore

/// Something wrong in a document: where, and what.
package struct Finding: Sendable, Equatable {
  package var pointer: JSONPointer
  /// Where it stands in the text; nil for what is not in it, such as a default.
  package var position: TextPosition?
  /// What is wrong, with the offending value; the place is not repeated.
  package var message: String

  package init(_ message: String, at pointer: JSONPointer, _ position: TextPosition? = nil) {
    self.pointer = pointer
    self.position = position
    self.message = message
  }
}
