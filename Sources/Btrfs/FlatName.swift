/// The name of a subvolume at the top level, such as `@home`; never a path.
package enum FlatName {
  package static func check(_ name: String) throws(SnapshotError) {
    let isName =
      !name.isEmpty && name != "." && name != ".." && name.utf8.count <= 255
      && !name.utf8.contains(UInt8(ascii: "/")) && !name.utf8.contains(0)
    guard isName else { throw .notFlat(name) }
  }
}
