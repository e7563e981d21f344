import Foundation
import Glibc
import Testing

@testable import BeamRelease

@Suite("Copying a release")
struct ReleaseCopyTests {
    private func release(_ scratch: Scratch, _ tool: Release.Tool = .mix) throws -> Release {
        try Release.read(at: FakeRelease.write(tool, in: scratch))
    }

    /// What lies in the folder of the copies, but for the list of their files.
    private func copies(_ scratch: Scratch) -> [String] { scratch.names("releases").filter { $0 != KnownFiles.name } }

    @Test("the copy lies under its digest, whole and read-only")
    func copy() throws {
        let scratch = try Scratch()
        let installed = try ReleaseCopy.install(release(scratch), into: scratch.path + "/releases")
        #expect(installed.isNew)
        #expect(installed.path == "\(scratch.path)/releases/\(installed.digest)")
        let root = "releases/\(installed.digest)"
        #expect(try scratch.text("\(root)/releases/0.1.0/vm.args") == "+P 300000\n")
        #expect(scratch.mode("\(root)/releases/0.1.0/vm.args") == 0o444)
        #expect(scratch.mode("\(root)/bin/shop") == 0o555)
        #expect(scratch.mode("\(root)/bin") == 0o555 && scratch.mode(root) == 0o555 && scratch.mode("releases") == 0o700)
        #expect(try Release.read(at: installed.path).name == "shop")
        #expect(copies(scratch) == [installed.digest])
    }

    @Test("the digest of a release is that of its copy's name, and a second copy is not made")
    func again() throws {
        let scratch = try Scratch()
        let release = try release(scratch)
        let first = try ReleaseCopy.install(release, into: scratch.path + "/releases")
        let second = try ReleaseCopy.install(release, into: scratch.path + "/releases")
        #expect(try ReleaseCopy.digest(of: release) == first.digest)
        #expect(second.digest == first.digest && !second.isNew)
    }

    @Test("the digest is of names, contents, executability and links, not of times or other permissions")
    func digest() throws {
        let scratch = try Scratch()
        let release = try release(scratch)
        let original = try ReleaseCopy.digest(of: release)
        #expect(original.count == 64)
        let app = "\(release.root)/lib/shop-0.1.0/ebin/shop.app"
        utimes(app, [timeval(tv_sec: 1, tv_usec: 0), timeval(tv_sec: 1, tv_usec: 0)])
        chmod(app, 0o600)
        #expect(try ReleaseCopy.digest(of: release) == original)
        chmod(app, 0o755)
        let executable = try ReleaseCopy.digest(of: release)
        #expect(executable != original)
        chmod(app, 0o644)
        symlink("shop.app", "\(release.root)/lib/shop-0.1.0/ebin/link")
        let linked = try ReleaseCopy.digest(of: release)
        #expect(linked != original)
        unlink("\(release.root)/lib/shop-0.1.0/ebin/link")
        try scratch.file("release/lib/shop-0.1.0/ebin/shop.app", "other")
        let changed = try ReleaseCopy.digest(of: release)
        #expect(Set([original, executable, linked, changed]).count == 4)
    }

    @Test("what running a release leaves in it does not count")
    func leftByRunning() throws {
        let scratch = try Scratch()
        let release = try release(scratch)
        let digest = try ReleaseCopy.digest(of: release)
        try scratch.file("release/tmp/log/erlang.log.1", "noise")
        try scratch.file("release/erl_crash.dump", "noise")
        #expect(mkfifo("\(release.root)/tmp/pipe", 0o600) == 0)
        let installed = try ReleaseCopy.install(release, into: scratch.path + "/releases")
        #expect(installed.digest == digest)
        #expect(scratch.names("releases/\(digest)") == ["bin", "erts-13.1.5", "lib", "releases"])
    }

    @Test("env.sh of a mix release ends with the line that sources the replica's file, and a shell runs it so")
    func environmentScript() throws {
        let scratch = try Scratch()
        let installed = try ReleaseCopy.install(release(scratch), into: scratch.path + "/releases")
        let script = "\(installed.path)/releases/0.1.0/env.sh"
        try scratch.file("env", "export FROM_PROJECT=2\n")
        let command = "set -eu; . \(script); echo $FROM_PROJECT"
        let with = try Shell.run("/bin/sh", ["-c", command], environment: ["BEAMCTL_ENV_FILE": "\(scratch.path)/env"])
        let without = try Shell.run("/bin/sh", ["-c", command], environment: [:])
        #expect(with.output == "2\n" && without.output == "1\n" && with.status == 0 && without.status == 0)
    }

    @Test("a copy of a rebar3 release is not changed at all")
    func unchanged() throws {
        let scratch = try Scratch()
        let release = try release(scratch, .rebar3)
        let installed = try ReleaseCopy.install(release, into: scratch.path + "/releases")
        let difference = try Shell.run("/usr/bin/diff", ["-r", release.root, installed.path])
        #expect(difference.status == 0, "\(difference.output)")
    }

    @Test(
        "a link that leads out of the release is refused, one that stays is kept",
        arguments: [
            ("/etc/passwd", false), ("../../outside", false), ("../bin/shop", true), ("./../../release/bin", false),
            ("erl", true),
            ("../lib/../bin", true), ("missing", true),
        ])
    func links(target: String, isTaken: Bool) throws {
        let scratch = try Scratch()
        let release = try release(scratch)
        symlink(target, "\(release.root)/bin/link")
        if isTaken {
            let installed = try ReleaseCopy.install(release, into: scratch.path + "/releases")
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: installed.path + "/bin/link") == target)
        } else {
            let error = #expect(throws: ReleaseError.self) {
                try ReleaseCopy.install(release, into: scratch.path + "/releases")
            }
            #expect(error?.code == .cannotCopy && error?.place.hasSuffix("bin/link") == true)
            #expect(copies(scratch) == [])
        }
    }

    @Test("a pipe in a release is refused")
    func special() throws {
        let scratch = try Scratch()
        let release = try release(scratch)
        #expect(mkfifo("\(release.root)/lib/pipe", 0o600) == 0)
        let error = #expect(throws: ReleaseError.self) { try ReleaseCopy.install(release, into: scratch.path + "/releases") }
        #expect(error?.code == .cannotCopy)
    }

    @Test("half a copy of somebody who was killed is removed, that of somebody at work is not")
    func leftovers() throws {
        let scratch = try Scratch()
        let folder = scratch.path + "/releases"
        try scratch.file("releases/\(Workplace.prefix)1/lib/half", "half")
        chmod("\(folder)/\(Workplace.prefix)1/lib", 0o555)
        let busy = try Workplace(in: folder, mark: 2)
        let installed = try ReleaseCopy.install(release(scratch), into: folder)
        #expect(copies(scratch) == [Workplace.prefix + "2", installed.digest].sorted())
        busy.discard()
    }

    @Test("many who copy the same at once get the same, and leave nothing else")
    func concurrently() async throws {
        let scratch = try Scratch()
        let release = try release(scratch)
        let digests = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 { group.addTask { try ReleaseCopy.install(release, into: scratch.path + "/releases").digest } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(digests.count == 1)
        #expect(copies(scratch) == Array(digests))
    }

    @Test("a copy that was damaged is known", arguments: Release.Tool.allCases)
    func damage(tool: Release.Tool) throws {
        let scratch = try Scratch()
        let folder = scratch.path + "/releases"
        let digest = try ReleaseCopy.install(release(scratch, tool), into: folder).digest
        #expect(ReleaseCopy.isIntact(digest: digest, in: folder))
        #expect(!ReleaseCopy.isIntact(digest: "0", in: folder))
        chmod("\(folder)/\(digest)/bin/shop", 0o755)
        truncate("\(folder)/\(digest)/bin/shop", 0)
        #expect(!ReleaseCopy.isIntact(digest: digest, in: folder))
    }

    @Test("a copy can be removed, and removing what is not there does nothing")
    func remove() throws {
        let scratch = try Scratch()
        let folder = scratch.path + "/releases"
        let installed = try ReleaseCopy.install(release(scratch), into: folder)
        try ReleaseCopy.remove(digest: installed.digest, from: folder)
        try ReleaseCopy.remove(digest: installed.digest, from: folder)
        try ReleaseCopy.remove(digest: "../release", from: folder)
        #expect(copies(scratch) == [])
        #expect(scratch.names("release").contains("bin"))
    }

    @Test(
        "a full disk is told as that, and nothing is left behind",
        .enabled(if: getuid() == 0, "only root can mount the small file system that it needs"))
    func diskFull() throws {
        let scratch = try Scratch()
        let release = try release(scratch)
        try scratch.file("release/lib/big", String(repeating: "x", count: 300_000))
        try scratch.file("small/marker", "")
        let small = scratch.path + "/small"
        try #require(mount("tmpfs", small, "tmpfs", 0, "size=128k") == 0)
        defer { umount(small) }
        let error = #expect(throws: ReleaseError.self) { try ReleaseCopy.install(release, into: small + "/releases") }
        #expect(error?.code == .diskFull)
        #expect(scratch.names("small/releases") == [])
    }
}
