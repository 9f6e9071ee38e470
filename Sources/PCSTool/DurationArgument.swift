import ArgumentParser
import PCSCore

/// A duration on a command line; a number without a unit is refused.
package struct DurationArgument: ExpressibleByArgument, Sendable {
  package let duration: Duration

  package init(_ duration: Duration) {
    self.duration = duration
  }

  package init?(argument: String) {
    guard let duration = DurationText.parse(argument) else { return nil }
    self.duration = duration
  }

  /// Whole seconds, as all defaults are.
  package var defaultValueDescription: String { "\(duration.components.seconds)s" }
}

extension Size: ExpressibleByArgument {
  package init?(argument: String) {
    self.init(argument)
  }
}
