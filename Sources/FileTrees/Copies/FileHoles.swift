import CLinux
import Glibc
package import PCSCore
import SystemPackage

/// Holes where a file holds nothing but zeros, as `fallocate --dig-holes` makes them: rsync leaves
/// some zeros where the source has none.
package enum FileHoles {
  /// What a hole is made of, in bytes.
  private static let page = 4096

  package static func dig(in file: EntryHandle) throws(FileError) {
    do {
      let descriptor = try file.open(O_RDWR)
      try descriptor.closeAfter { try dig(descriptor) }
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(file.path, "cannot make holes", error as? Errno ?? .ioError)
    }
  }

  private static func dig(_ file: FileDescriptor) throws {
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * page, alignment: page)
    defer { chunk.deallocate() }
    var offset: Int64 = 0
    while true {
      let data = lseek(file.rawValue, Int(offset), seekData)
      if data < 0 { return }
      offset = Int64(data) / Int64(page) * Int64(page)
      let count = try file.read(fromAbsoluteOffset: offset, into: chunk)
      if count == 0 { return }
      for start in stride(from: 0, to: count, by: page) {
        let bytes = chunk[start..<min(start + page, count)]
        guard bytes.allSatisfy({ $0 == 0 }) else { continue }
        if pcs_punch_hole(file.rawValue, offset + Int64(start), Int64(page)) != 0 {
          throw Errno(rawValue: errno)
        }
      }
      offset += Int64(count)
    }
  }

  /// SEEK_DATA of lseek(2), which Swift cannot see.
  private static let seekData: CInt = 3
}
