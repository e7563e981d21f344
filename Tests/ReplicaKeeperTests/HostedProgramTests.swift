import Foundation
import Glibc
import TestSupport
import Testing

@Suite("keeper: a program for a command", .serialized)
struct HostedProgramTests {
    /// A keeper that runs a script, and the caller's end of its standard input.
    private struct Hosted {
        let keeper: KeeperProcess
        let output: LineReader
        let caller: Int32

        init(_ tokens: [String]) throws {
            var (input, output): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
            guard pipe(&input) == 0, pipe(&output) == 0 else { throw POSIXError(.EMFILE) }
            for end in input + output { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            keeper = try KeeperProcess(["--program"], environment: ["MINE=1"], input: input[0], output: output[1])
            close(input[0])
            close(output[1])
            (self.output, caller) = (LineReader(output[0]), input[1])
            let bytes = Array(tokens.joined(separator: "\0").utf8) + [0, 0]
            #expect(write(caller, bytes, bytes.count) == bytes.count)
        }

        init(script: String, _ more: [String] = []) throws {
            try self.init(["executable=/bin/sh", "directory=/", "argument=-c", "argument=\(script)"] + more)
        }
    }

    private static func isRunning(_ pid: pid_t) -> Bool {
        let state = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8).split(separator: ")").last?.first {
            $0 != " "
        }
        return state.map { $0 != "Z" } ?? false
    }

    @Test(
        "its output is the keeper's own, and so is how it ends",
        arguments: [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137), ("kill -15 $$", 143)])
    func ends(how: String, code: Int32) throws {
        let hosted = try Hosted(script: "echo said; echo wrong >&2; \(how)")
        #expect(try hosted.output.all() == "said\n")
        let (ending, errors) = try hosted.keeper.end()
        #expect(ending == .init(code: code) && errors == "wrong\n")
        close(hosted.caller)
    }

    @Test("it has the environment and the folder that it was given, no input, and a session of its own")
    func given() throws {
        let hosted = try Hosted(
            script: #"env | sort; pwd; cat; ps -o sid= -p $$ | tr -d ' '; echo $$"#,
            ["directory=/tmp", "environment=PATH=/usr/bin:/bin", "environment=GIVEN=a=b"])
        let lines = try hosted.output.all().split(separator: "\n").map(String.init)
        #expect(
            lines.filter { !$0.hasPrefix("_=") && !$0.hasPrefix("PWD=") }.prefix(3) == [
                "GIVEN=a=b", "PATH=/usr/bin:/bin", "/tmp",
            ])
        #expect(lines.suffix(2).first == lines.last)
        #expect(try hosted.keeper.end().0 == .init(code: 0))
        close(hosted.caller)
    }

    @Test(
        "when its caller goes, or asks, all of it ends, also what has left its group and hears nothing, and its folder goes",
        arguments: [true, false])
    func endsWithCaller(goes: Bool) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hosted-\(UUID().uuidString.prefix(8))").path
        let kept = folder + "-kept"
        for made in ["\(folder)/within", kept] {
            try FileManager.default.createDirectory(atPath: made, withIntermediateDirectories: true)
        }
        defer { for made in [folder, kept] { try? FileManager.default.removeItem(atPath: made) } }
        #expect(FileManager.default.createFile(atPath: "\(folder)/within/file", contents: Data("x".utf8)))
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/within/link", withDestinationPath: kept)
        let hosted = try Hosted(
            script: """
                trap '' TERM
                setsid sh -c 'trap "" TERM HUP; echo $$; exec sleep 1000' &
                echo $$
                while :; do sleep 1000; done
                """, ["environment=PATH=/usr/bin:/bin", "temporary-folder=\(folder)"])
        let pids = try [hosted.output.next(), hosted.output.next()].map { try #require($0.flatMap { pid_t($0) }) }
        #expect(pids.allSatisfy(Self.isRunning))
        if goes { close(hosted.caller) } else { kill(hosted.keeper.pid, SIGTERM) }
        #expect(try hosted.keeper.end().0 == .init(code: 1))
        #expect(!pids.contains(where: Self.isRunning))
        #expect(!FileManager.default.fileExists(atPath: folder))
        #expect(FileManager.default.fileExists(atPath: kept), "a link is not followed")
        if !goes { close(hosted.caller) }
    }

    @Test("one that ends by itself leaves nothing that it has started, and its folder to its caller")
    func leavesNothing() throws {
        let hosted = try Hosted(
            script: "setsid sleep 1000 & echo $!", ["environment=PATH=/usr/bin:/bin", "temporary-folder=/nowhere"])
        let pid = try #require(try hosted.output.next().flatMap { pid_t($0) })
        #expect(try hosted.keeper.end().0 == .init(code: 0))
        #expect(!Self.isRunning(pid))
        close(hosted.caller)
    }

    @Test(
        "what cannot be run is told, with exit code 71",
        arguments: [
            (["executable=/nowhere/there", "directory=/"], "cannot start /nowhere/there: No such file or directory"),
            (["directory=/"], "no absolute executable"), (["executable=/bin/true", "colour=red"], "unknown key 'colour'"),
        ])
    func refused(tokens: [String], why: String) throws {
        let hosted = try Hosted(tokens)
        let (ending, complaint) = try hosted.keeper.end()
        #expect(ending == .init(code: 71) && complaint.contains(why), "\(complaint)")
        close(hosted.caller)
    }

    @Test("a caller that goes before it has named one")
    func unnamed() throws {
        let (ending, complaint) = try KeeperProcess(["--program"]).end()
        #expect(ending == .init(code: 71) && complaint == "beamctl-keeper: no program was named on standard input\n")
    }
}
