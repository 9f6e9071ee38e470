import SystemPackage
import Testing

@testable import UserData

struct FirstSyncListTests {
  private typealias Difference = TreeComparison.Difference

  @Test func saysWhatComesAndWhatIsLost() {
    var list = FirstSyncList()
    #expect(list.text(for: "/home") == "/home: nothing to do: it is equal on both machines")
    for number in 1...12 {
      list.add(
        Difference(path: FilePath("old/\(number)"), here: nil, there: PlannedChangesTests.entry()))
    }
    list.add(Difference(path: "new", here: PlannedChangesTests.entry(size: 2048), there: nil))
    list.add(
      Difference(
        path: "both", here: PlannedChangesTests.entry(), there: PlannedChangesTests.entry(size: 5)))
    list.add(
      Difference(
        path: "mode", here: PlannedChangesTests.entry(),
        there: PlannedChangesTests.entry(owner: 1)))
    #expect(
      list.text(for: "/home") == """
        /home: 1 entry comes (2.0 KiB); 1 is replaced (5 B): both; 12 are deleted (12 B): \
        old/1, old/2, old/3, old/4, old/5, old/6, old/7, old/8, old/9, old/10 and 2 more
        """)
    #expect(list.lost == 12)
    #expect(list.needed == 4096 + 4096)
  }

  @Test func whatOnlyMovedIsNotLost() {
    var list = FirstSyncList()
    list.add(Difference(path: "a/name", here: nil, there: PlannedChangesTests.entry()))
    list.add(Difference(path: "b/name", here: PlannedChangesTests.entry(), there: nil))
    #expect(list.lost == 0)
    #expect(list.deleted.count == 1)
  }
}
