import Glibc
package import SystemPackage

extension RawArguments {
  /// The arguments that were parsed as `texts`, in their order, as the exact bytes they were given:
  /// what is not UTF-8 was repaired on its way through the parser.
  package static func paths(_ texts: [String]) -> [FilePath] {
    var given = (1..<max(1, Int(CommandLine.argc))).compactMap { index in
      CommandLine.unsafeArgv[index].map { argument in
        (0..<strlen(argument)).map { UInt8(bitPattern: argument[$0]) }
      }
    }
    return texts.map { text in
      let path = FilePath(text)
      let match = given.firstIndex { FilePath(String(decoding: $0, as: UTF8.self)) == path }
      guard let match else { return path }
      return FilePath(bytes: given.remove(at: match))
    }
  }
}
