import SystemPackage
import Testing

@testable import UserData

struct RenameScheduleTests {
  private func rename(_ from: FilePath, _ to: FilePath, _ isDirectory: Bool = false) -> Rename {
    Rename(from: from, to: to, isDirectory: isDirectory)
  }

  /// What every test begins with: some of these are moved.
  private static let base: Set<FilePath> = ["a", "a/x", "a/y", "b", "b/x", "f", "g", "free"]

  private func schedule(_ renames: [Rename]) -> RenameSchedule {
    RenameSchedule(renames) { path, byDirectory in
      byDirectory ? Self.base.contains(path) : Self.base.contains(path) && path != "free"
    } isFile: {
      ["f", "g"].contains($0)
    }
  }

  @Test func renamesWhatIsFree() {
    let schedule = schedule([rename("f", "h")])
    #expect(schedule.steps == [rename("f", "h")])
    #expect(schedule.rest.isEmpty)
  }

  @Test func beginsAChainAtItsEnd() {
    let schedule = schedule([rename("f", "g"), rename("g", "h")])
    #expect(schedule.steps == [rename("g", "h"), rename("f", "g")])
  }

  @Test func leavesWhatComesIntoADirectoryThatTakesAFilesPlace() {
    #expect(schedule([rename("a/x", "g/x")]).rest == [rename("a/x", "g/x")])
  }

  @Test func leavesWhatIsExchanged() {
    let exchange = [rename("f", "g"), rename("g", "f")]
    let schedule = schedule(exchange)
    #expect(schedule.steps.isEmpty)
    #expect(Set(schedule.rest.map(\.from)) == ["f", "g"])
  }

  @Test func leavesWhatComesWhereSomethingStays() {
    #expect(schedule([rename("f", "b/x")]).rest == [rename("f", "b/x")])
  }

  @Test func putsADirectoryInThePlaceOfNothing() {
    #expect(schedule([rename("f", "free")]).rest.isEmpty)
    #expect(schedule([rename("a", "free", true)]).steps.isEmpty)
  }

  @Test func findsWhatLiesInADirectoryThatMoved() {
    let schedule = schedule([rename("a", "c", true), rename("a/x", "c/z")])
    #expect(schedule.steps == [rename("a", "c", true), rename("c/x", "c/z")])
    #expect(schedule.places.place(of: "a/y") == "c/y")
    #expect(schedule.places.place(of: "a/x") == "c/z")
    #expect(schedule.places.origin(of: "c/z") == "a/x")
    #expect(schedule.places.origin(of: "c/x") == nil)
    #expect(schedule.places.origin(of: "a/y") == nil)
    #expect(schedule.places.origin(of: "f") == "f")
  }

  @Test func letsADirectoryLeaveBeforeSomethingComesIntoItsNamesake() {
    let schedule = schedule([rename("f", "a/f"), rename("a", "c", true)])
    #expect(schedule.steps == [rename("a", "c", true), rename("f", "a/f")])
  }

  @Test func seesWhatIsInTheWayInADirectoryThatMoved() {
    let schedule = schedule([rename("a", "c", true), rename("f", "c/y")])
    #expect(schedule.steps == [rename("a", "c", true)])
    #expect(schedule.rest == [rename("f", "c/y")])
  }
}
