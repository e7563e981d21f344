import Foundation
import Glibc
import Testing

@testable import LocalPlatform

@Suite("the daemon's home")
struct HomeTests {
    @Test("a path that leaves no room for a socket is refused, and the longest that does is taken")
    func socketPath() throws {
        // "/entrance/entrance.sock" is the longest, with 23 bytes.
        let longest = "/" + String(repeating: "h", count: Home.longestSocketPath - 23 - 1)
        #expect(try Home(path: longest).entranceSocket.utf8.count == 107)
        let error = try #require(throws: LocalPlatformError.self) { try Home(path: longest + "h") }
        #expect(
            error.description.hasPrefix(
                "BEAMCTL_HOME is too long: \(longest)h leaves no room for a socket's path (108 of 107 bytes)"))
        #expect(error.hint == "export BEAMCTL_HOME=<a shorter path>")
    }

    @Test("bytes count, not characters")
    func bytes() throws {
        #expect(throws: LocalPlatformError.self) { try Home(path: "/" + String(repeating: "ö", count: 60)) }
    }

    @Test("a relative path is meant from the working directory, and a slash at the end makes no difference")
    func absolute() throws {
        #expect(try Home(path: "x").path == FileManager.default.currentDirectoryPath + "/x")
        #expect(try Home(path: "/x/").path == "/x")
        #expect(try Home(path: "/x/") == Home(path: "/x"))
    }

    @Test("a folder that is there for something else, and open to others, is neither closed nor filled")
    func anothersFolder() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/shared"
        try FileManager.default.createDirectory(atPath: path + "/theirs", withIntermediateDirectories: true)
        chmod(path, 0o755)
        let home = try Home(path: path)
        let error = #expect(throws: LocalPlatformError.self) { try home.prepare() }
        #expect(error?.description == "BEAMCTL_HOME is \(path), which holds other things and is open to other users")
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["theirs"])
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o755)
        // One's own is taken as it is, and an empty one is made one's own.
        chmod(path, 0o700)
        try home.prepare()
        let empty = try Home(path: scratch.path + "/empty")
        try FileManager.default.createDirectory(atPath: empty.path, withIntermediateDirectories: true)
        chmod(empty.path, 0o755)
        try empty.prepare()
    }

    @Test("its folders are made for the owner alone, and one that is open to others is closed")
    func modes() throws {
        let scratch = try Scratch()
        let home = try Home(path: scratch.path + "/home")
        #expect(!home.hasState)
        try home.prepare()
        chmod(home.path, 0o755)
        try home.prepare()
        for folder in [home.path, home.releases, home.replicas, home.nameServer] {
            let mode = try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int
            #expect(mode == 0o700, "\(folder)")
        }
    }

    @Test("one home has one daemon")
    func lock() throws {
        let scratch = try Scratch()
        let home = try Home(path: scratch.path)
        #expect(!DaemonLock.isHeld(home))
        let lock = try DaemonLock(home)
        #expect(DaemonLock.isHeld(home))
        #expect(try String(contentsOfFile: home.daemonLock, encoding: .utf8) == "\(getpid())\n")
        let error = try #require(throws: LocalPlatformError.self) { try DaemonLock(home) }
        #expect(error.description == "a daemon already runs for \(home.path)")
        withExtendedLifetime(lock) {}
    }
}
