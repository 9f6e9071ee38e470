import Testing

@testable import LiveCommit

struct WritingProcessTests {
  static let states: [(String, Bool, UInt64?)] = [
    ("pos:\t0\nflags:\t0100002\nmnt_id:\t30\nino:\t257\n", true, 257),
    ("pos:\t0\nflags:\t0102001\nmnt_id:\t30\n", true, nil),
    ("pos:\t0\nflags:\t0100000\nmnt_id:\t30\nino:\t257\n", false, 257),
    ("pos:\t0\nflags:\t012000002\nmnt_id:\t30\nino:\t257\n", false, 257),
  ]

  @Test(arguments: states) func readsDescriptors(text: String, isWritable: Bool, inode: UInt64?) {
    let state = DescriptorState(Array(text.utf8))
    #expect(state?.isWritable == isWritable && state?.inode == inode)
  }

  @Test func findsMappingsThatAreSharedAndWritable() {
    let maps = """
      00400000-00401000 rw-s 00000000 00:2b 300                /home/a b
      7f0000000000-7f0000001000 rw-p 00000000 00:2b 301        /home/private
      7f0000002000-7f0000003000 r--s 00000000 00:2b 302        /home/read
      7f0000004000-7f0000005000 rw-s 00000000 00:01 0
      """
    #expect(
      FileMapping.writable(in: Array(maps.utf8)) == [
        FileMapping(range: "400000-401000", inode: 300)
      ])
  }
}
