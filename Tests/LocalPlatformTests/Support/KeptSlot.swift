import FleetModel
import Foundation
import Glibc

@testable import LocalPlatform

/// A slot's folder in a home of its own, in which real keepers are started as the daemon does it.
final class KeptSlot: Sendable {
    let home: Home
    let slot: SlotDirectory
    private let scratch: Scratch

    /// The folder of the programs that are built beside the tests.
    static var programs: String {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
    }
    static var keeper: String { programs + "/beamctl-keeper" }

    init() throws {
        scratch = try Scratch()
        home = try Home(path: scratch.path)
        slot = SlotDirectory(home: home, replica: Sample.replica("hello-web-1-aaaaa"))
        try slot.makeFolder()
        try slot.makePipes()
    }

    deinit {
        guard case .running(let beam, _) = slot.state(), beam.isAlive else { return }
        kill(-beam.pid, SIGKILL)
    }

    /// Has a keeper run a shell script; returns the way to it, and its process id.
    func start(_ script: String) throws -> (link: KeeperLink, keeper: Int32) {
        let words = [
            "executable=/bin/sh", "directory=\(slot.path)", "argument=-c", "argument=\(script)", "environment=PATH=/usr/bin:/bin",
        ]
        try slot.write("spec", words.flatMap { Array($0.utf8) + [0] }, mode: 0o600)
        slot.forgetState()
        var keeper: Int32 = 0
        let link = try KeeperLink(slot) {
            keeper = try ChildProgram.start(Self.keeper, [slot.path], environment: [], output: slot.path + "/keeper.log")
            return keeper
        }
        return (link, keeper)
    }
}
