import Foundation
import Glibc
import Testing

@Suite("keeper: what a BEAM is started with", .serialized)
struct StartingTests {
    @Test("the environment is exactly what was given, in order, and nothing of the keeper's own")
    func environment() throws {
        let slot = try Slot()
        let given = ["B=2", "A=1 and = and more", "LEER=", "UMLAUT=größe\n2"]
        let (_, child) = try slot.startAtWork(environment: given, keepersOwn: ["KEEPERS_OWN=1"])
        #expect(try ProcFile(pid: child).environment() == given)
    }

    @Test("arguments arrive as they are, spaces, newlines and nothing at all included")
    func arguments() throws {
        let slot = try Slot()
        let script = "for word in \"$@\"; do printf '%s\\0' \"$word\"; done > words"
        try slot.write(spec: [
            "executable=/bin/sh", "directory=\(slot.path)", "argument=-c", "argument=\(script)", "argument=sh",
            "argument=two words", "argument=", "argument=a=b\nc", "argument='\"$HOME\"'",
        ])
        let (keeper, _) = try slot.startAndWait()
        #expect(try keeper.end().0 == .init(code: 0))
        let words = try Data(contentsOf: URL(filePath: "\(slot.path)/words"))
        #expect(String(decoding: words, as: UTF8.self) == "two words\0\0a=b\nc\0'\"$HOME\"'\0")
    }

    @Test("the child has standard streams and the lock open, and nothing else")
    func descriptors() throws {
        let slot = try Slot()
        let (_, child) = try slot.startAtWork()
        let open = try ProcFile(pid: child).descriptors()
        #expect(open.count == 4, "\(open)")
        #expect(open["0"] == "/dev/null")
        #expect(open["1"]?.hasPrefix("pipe:") == true && open["2"]?.hasPrefix("pipe:") == true && open["1"] != open["2"])
        #expect(open.values.contains("\(slot.path)/lock"))
    }

    @Test("the keeper inherits nothing but its standard streams")
    func keepersDescriptors() throws {
        let slot = try Slot()
        let leak = open("/dev/zero", O_RDONLY)  // deliberately without O_CLOEXEC
        defer { close(leak) }
        let (keeper, _) = try slot.startAtWork()
        let open = try ProcFile(pid: keeper.pid).descriptors()
        #expect(!open.values.contains("/dev/zero"), "\(open)")
    }

    @Test("keeper and child have the umask 077")
    func umask() throws {
        let slot = try Slot()
        try slot.write(script: "> made; read x < answer")
        let (keeper, child) = try slot.startAndWait()
        #expect(try ProcFile(pid: keeper.pid).status("Umask") == "0077")
        #expect(try ProcFile(pid: child).status("Umask") == "0077")
        slot.goOn()
        #expect(try keeper.end().0 == .init(code: 0))
        for name in ["made", "state", "log", "lock"] {
            let mode = try FileManager.default.attributesOfItem(atPath: "\(slot.path)/\(name)")[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
        }
    }

    @Test("the child leads a session and a process group of its own")
    func session() throws {
        let slot = try Slot()
        let (keeper, child) = try slot.startAtWork()
        #expect(getsid(child) == child)
        #expect(getpgid(child) == child)
        #expect(getsid(keeper.pid) != child)
    }

    @Test("the child ignores and blocks no signal, although the keeper ignores some")
    func signals() throws {
        let slot = try Slot()
        try slot.write(spec: ["executable=/bin/sleep", "argument=600"])
        let (keeper, child) = try slot.startAndWait()
        // 32 and 33 are glibc's own; its posix_spawn leaves them ignored in every child.
        #expect(try ProcFile(pid: child).signals("SigIgn") & ~(0b11 << 31) == 0)
        #expect(try ProcFile(pid: child).signals("SigBlk") == 0)
        let ignored = try ProcFile(pid: keeper.pid).signals("SigIgn")
        for signal in [SIGHUP, SIGINT, SIGTERM, SIGPIPE] { #expect(ignored & (1 << UInt64(signal - 1)) != 0) }
    }

    @Test("an executable that is missing is told as 'failed' with its name, and the keeper exits with 71")
    func missingExecutable() throws {
        let slot = try Slot()
        try slot.write(spec: ["executable=/nowhere/beam", "directory=\(slot.path)"])
        let keeper = try slot.startKeeper()
        #expect(try slot.alive.next() == "failed cannot start /nowhere/beam: No such file or directory")
        let (ending, complaint) = try keeper.end()
        #expect(ending == .init(code: 71))
        #expect(complaint.contains("/nowhere/beam"))
        #expect(slot.isFree)
    }

    @Test("a working directory that is missing is told as 'failed' too")
    func missingDirectory() throws {
        let slot = try Slot()
        try slot.write(spec: ["executable=/bin/true", "directory=\(slot.path)/nowhere"])
        let keeper = try slot.startKeeper()
        #expect(try slot.alive.next()?.hasPrefix("failed cannot start /bin/true") == true)
        #expect(try keeper.end().0 == .init(code: 71))
    }

    @Test("an older state of the slot is not mistaken for a new one")
    func olderState() throws {
        let slot = try Slot()
        try slot.run(script: "exit 5")
        try slot.write(spec: ["executable=/nowhere/beam"])
        #expect(try slot.startKeeper().end().0 == .init(code: 71))
        #expect(slot.state?.hasPrefix("starting ") == true)
    }
}
