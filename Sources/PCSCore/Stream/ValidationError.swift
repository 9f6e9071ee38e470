/// A problem found before anything was changed; a `validation_error` line.
package struct ValidationError: Codable, Sendable, Equatable {
  package var module: String
  package var message: String
  /// The file it was found in, or for `pcs-config validate` the JSON pointer (RFC 6901).
  package var path: String?
  package var line: Int?
  package var column: Int?
  package var hostname: String?

  package init(
    module: String, message: String, path: String? = nil, line: Int? = nil, column: Int? = nil,
    hostname: String? = nil
  ) {
    self.module = module
    self.message = message
    self.path = path
    self.line = line
    self.column = column
    self.hostname = hostname
  }
}
