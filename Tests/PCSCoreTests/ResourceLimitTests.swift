import Glibc
import PCSCore
import Testing

@Suite struct ResourceLimitTests {
  @Test(arguments: [
    (256, 256, ResourceLimit.Verdict.enough), (1024, 20_000, .enough), (.max, .max, .enough),
    (255, 256, .raise(to: 256)), (40, .max, .raise(to: 256)), (0, 300, .raise(to: 256)),
    (255, 255, .tooLow), (40, 40, .tooLow),
  ]) func judgesOpenFiles(_ soft: UInt64, _ hard: UInt64, _ verdict: ResourceLimit.Verdict) {
    #expect(ResourceLimit(.openFiles, soft: soft, hard: hard).verdict == verdict)
  }

  @Test func judgesFileSizes() {
    let gibibyte: UInt64 = 1 << 30
    let cases: [(UInt64, UInt64, ResourceLimit.Verdict)] = [
      (.max, .max, .enough), (0, .max, .raise(to: .max)), (0, gibibyte, .raise(to: gibibyte)),
      (gibibyte, gibibyte, .enough), (0, gibibyte - 1, .tooLow),
    ]
    for (soft, hard, verdict) in cases {
      #expect(ResourceLimit(.fileSize, soft: soft, hard: hard).verdict == verdict)
    }
  }

  @Test func namesTheLimitAndTheCure() {
    let error = ResourceLimitError(ResourceLimit(.addressSpace, soft: 0, hard: 409_600_000))
    #expect(
      error.description == "address space: the hard limit is 400000 KiB, and 1048576 KiB are needed"
    )
    #expect(error.hint?.contains("ulimit -H -v 1048576") == true)
  }
}
