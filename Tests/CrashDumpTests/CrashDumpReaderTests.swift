import CrashDump
import ErlangPeers
import Foundation
import Testing

@Suite("A crash dump is read")
struct CrashDumpReaderTests {
    /// Reads a text in pieces of so many bytes.
    private static func read(_ text: [UInt8], by size: Int = 4096) -> CrashDump? {
        var reader = CrashDumpReader()
        text.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: size) {
                reader.feed(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + size, bytes.count)]))
            }
        }
        return reader.finish()
    }

    /// The dump of a real VM that ran an expression and then ended itself.
    private static func dump(_ otp: OTP, _ expression: String, cap: Int? = nil) async throws -> [UInt8] {
        try await otp.require()
        let folder = try ScratchFolder()
        defer { folder.remove() }
        let path = folder.url.appending(path: "dump").path
        let flags = cap.map { "os:putenv(\"ERL_CRASH_DUMP_BYTES\", \"\($0)\"), " } ?? ""
        let text = "os:putenv(\"ERL_CRASH_DUMP\", \"\(path)\"), \(flags)\(expression)"
        _ = try await otp.run(["erl", "-noshell", "-eval", text], in: folder.url)
        return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private static let hog = """
        register('a hog', spawn(fun() -> [self() ! I || I <- lists:seq(1, 5000)], receive never -> ok end end)),
        timer:sleep(300), erlang:halt("ran out of ideas").
        """

    @Test("why, which version, memory, atoms, processes and the heaviest of them", arguments: OTP.allCases)
    func real(_ otp: OTP) async throws {
        let bytes = try await Self.dump(otp, Self.hog)
        let dump = try #require(Self.read(bytes))
        #expect(dump.slogan == "ran out of ideas")
        #expect(dump.system.hasPrefix(otp == .host ? "Erlang/OTP " : "Erlang/OTP 27 "))
        #expect(dump.node == nil && dump.isWhole)
        #expect((dump.memory["total"] ?? 0) > 1 << 20 && (dump.memory["binary"] ?? 0) > 0)
        #expect((dump.atoms ?? 0) > 5000 && dump.processes > 20)
        #expect(dump.heaviest.count == CrashDumpReader.mostProcesses)
        #expect(dump.heaviest.map(\.memory) == dump.heaviest.map(\.memory).sorted(by: >))
        let hog = try #require(dump.longestQueues.first)
        #expect(hog.name == "a hog" && hog.messages == 5000 && hog.spawnedAs == "erlang:apply/2")
        #expect(hog.current?.hasPrefix("prim_eval:") == true || hog.current?.hasPrefix("erl_eval:") == true, "\(hog)")
        for size in [1, 7, 65_536] { #expect(Self.read(bytes, by: size) == dump) }
    }

    @Test("one that was cut is told as far as it goes")
    func cut() async throws {
        let bytes = try await Self.dump(.host, Self.hog, cap: 30_000)
        let dump = try #require(Self.read(bytes))
        #expect(!dump.isWhole && dump.slogan == "ran out of ideas" && dump.memory["total"] != nil)
        // At any place.
        for end in stride(from: 0, to: bytes.count, by: 501) {
            let part = Self.read(Array(bytes[..<end]))
            #expect(part?.isWhole != true)
        }
    }

    @Test(
        "what is no dump is none, and a dump of nonsense is no harm",
        arguments: [
            ("", false), ("\n\n", false), ("Slogan: x\n", false),
            ("=erl_crash_dump:0.5\nSlogan\n=proc\nMemory: x\nName: \n=end", true),
            ("=erl_crash_dump:0.5\n=proc:<0.1.0>\nProgram counter: 0x0 (\nMessage queue length: -5\n", true),
            ("=erl_crash_dump:0.5\n=node:\n=node:'\n=memory\ntotal: 99999999999999999999999\n", true),
        ])
    func nonsense(_ text: String, _ isDump: Bool) {
        #expect((Self.read(Array(text.utf8)) != nil) == isDump)
    }

    @Test("a line without an end takes no memory")
    func longLine() throws {
        let text = "=erl_crash_dump:0.5\nSlogan: " + String(repeating: "x", count: 5 << 20) + "\nAtoms: 3\n"
        let dump = try #require(Self.read(Array(text.utf8)))
        #expect(dump.slogan.count < 1000 && dump.atoms == 3)
    }

    @Test("bytes that nobody has written")
    func random() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            var bytes = Array("=erl_crash_dump:0.5\n".utf8)
            for _ in 0..<Int.random(in: 0...400, using: &generator) {
                bytes.append(Array("=proc:\nMemory: 19()<'>\u{ff}".utf8).randomElement(using: &generator) ?? 0)
            }
            #expect(Self.read(bytes, by: 13) == Self.read(bytes))
        }
    }
}
