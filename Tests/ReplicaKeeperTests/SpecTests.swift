import Foundation
import Testing

@Suite("keeper: what it is told to run", .serialized)
struct SpecTests {
    @Test(
        "a spec that makes no sense is refused with the reason, and exit code 71",
        arguments: [
            (["executable=/bin/true", "colour=red"], "unknown key 'colour'"),
            (["executable=/bin/true", "nonsense"], "no key=value"),
            (["executable=bin/true"], "no absolute executable"),
            (["directory=/"], "no absolute executable"),
            (["executable=/bin/true", "log-bytes=4095"], "log-bytes=4095"),
            (["executable=/bin/true", "log-bytes=many"], "log-bytes=many"),
            (["executable=/bin/true", "log-files=0"], "log-files=0"),
            (["executable=/bin/true", "log-files=101"], "log-files=101"),
        ])
    func refused(tokens: [String], why: String) throws {
        let slot = try Slot()
        try slot.write(spec: tokens)
        let keeper = try slot.startKeeper()
        let told = try #require(try slot.alive.next())
        #expect(told.hasPrefix("failed ") && told.contains(why), "\(told)")
        let (ending, complaint) = try keeper.end()
        #expect(ending == .init(code: 71))
        #expect(complaint.hasPrefix("beamctl-keeper: ") && complaint.contains(why))
    }

    @Test("bytes that are no UTF-8 are refused, not repaired")
    func noUTF8() throws {
        let slot = try Slot()
        try Data(Array("executable=/bin/true".utf8) + [0] + Array("environment=A=".utf8) + [0xff, 0])
            .write(to: URL(filePath: "\(slot.path)/spec"))
        #expect(try slot.startKeeper().end().0 == .init(code: 71))
        #expect(try slot.alive.next()?.contains("UTF-8") == true)
    }

    @Test("a missing spec is refused")
    func missing() throws {
        let slot = try Slot()
        let (ending, complaint) = try slot.startKeeper().end()
        #expect(ending == .init(code: 71))
        #expect(complaint == "beamctl-keeper: cannot open spec: No such file or directory\n")
    }

    @Test("a spec larger than 4 MiB is refused")
    func tooLarge() throws {
        let slot = try Slot()
        try slot.write(spec: ["executable=/bin/true", "environment=A=" + String(repeating: "a", count: 4 << 20)])
        let (ending, complaint) = try slot.startKeeper().end()
        #expect(ending == .init(code: 71))
        #expect(complaint.contains("larger than"))
    }

    @Test("wrong usage is explained, and the exit code is 64", arguments: [[], ["/nowhere/slot"], ["/", "/"]])
    func usage(arguments: [String]) throws {
        let (ending, complaint) = try KeeperProcess(arguments).end()
        #expect(ending == .init(code: 64))
        #expect(complaint.contains("usage: beamctl-keeper SLOT-DIRECTORY"))
    }
}
