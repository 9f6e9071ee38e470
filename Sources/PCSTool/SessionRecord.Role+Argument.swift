import ArgumentParser
package import PCSCore

extension SessionRecord.Role: ExpressibleByArgument {}
