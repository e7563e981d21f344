import Foundation
import Testing

@testable import OCIImage

@Suite("tar archives")
struct TarTests {
    private static let longName = String(repeating: "a", count: 90) + "/" + String(repeating: "b", count: 90)
    private static let entries: [TarEntry] = [
        TarEntry(path: "app", kind: .folder, mode: 0o755, size: 0),
        TarEntry(path: "app/run", kind: .file, mode: 0o755, size: 3),
        TarEntry(path: "app/größe", kind: .file, mode: 0o644, size: 0),
        TarEntry(path: longName, kind: .file, mode: 0o644, size: 1),
        TarEntry(path: "deep/" + String(repeating: "x", count: 300), kind: .file, mode: 0o600, size: 513),
        TarEntry(path: "link", kind: .symbolicLink(to: "app/run"), mode: 0o777, size: 0),
        TarEntry(path: "far", kind: .symbolicLink(to: String(repeating: "t/", count: 80)), mode: 0o777, size: 0),
    ]

    private static func archive(_ entries: [TarEntry]) -> [UInt8] {
        let tar = TarWriter()
        return entries.flatMap { entry in
            tar.header(entry) + [UInt8](repeating: UInt8(ascii: "z"), count: entry.size) + TarWriter.padding(after: entry.size)
        } + TarWriter.end
    }

    private static func read(_ bytes: [UInt8]) throws -> [(TarEntry, [UInt8])] {
        var reader = TarReader(MemorySource(bytes), at: "archive")
        var found: [(TarEntry, [UInt8])] = []
        while let entry = try reader.next() { found.append((entry, try reader.content(longest: 1 << 20))) }
        return found
    }

    @Test("what is written is read back, and GNU tar lists the same")
    func roundTrip() throws {
        let bytes = Self.archive(Self.entries)
        let found = try Self.read(bytes)
        let read = found.map { entry, _ in
            var entry = entry
            if entry.path.hasSuffix("/") { entry.path.removeLast() }
            return entry
        }
        #expect(read == Self.entries)
        #expect(found.map(\.1.count) == Self.entries.map(\.size))
        let scratch = try Scratch()
        try scratch.write("a.tar", bytes)
        let listed = try scratch.shell("LC_ALL=C.UTF-8 tar --numeric-owner -tvf a.tar")
        let lines = listed.split(separator: "\n")
        #expect(lines.count == Self.entries.count)
        #expect(lines[0].hasPrefix("drwxr-xr-x 0/0") && lines[0].hasSuffix("1970-01-01 00:00 app/"))
        #expect(lines[1].hasPrefix("-rwxr-xr-x 0/0") && lines[2].hasSuffix("app/größe") && lines[3].hasSuffix(Self.longName))
        #expect(lines[5].hasSuffix("link -> app/run"))
    }

    @Test("archives of GNU tar are read, in each of its formats", arguments: ["gnu", "pax", "ustar", "oldgnu"])
    func ofGNU(format: String) throws {
        let scratch = try Scratch()
        let long = format == "ustar" ? String(repeating: "d", count: 80) : String(repeating: "d", count: 180)
        try scratch.shell(
            """
            mkdir -p root/\(long); printf hello > root/\(long)/file; ln -s \(long)/file root/link; ln root/\(long)/file root/hard
            tar --format=\(format) --sort=name -C root -cf a.tar .
            """)
        let found = try Self.read(scratch.bytes("a.tar"))
        let paths = try found.map { try TarPath.inside($0.0.path, at: "a.tar") }
        #expect(paths == ["", long, "\(long)/file", "hard", "link"])
        #expect(found[2].1 == Array("hello".utf8))
        #expect(found[3].0.kind == .hardLink(to: "./\(long)/file") && found[4].0.kind == .symbolicLink(to: "\(long)/file"))
    }

    @Test(
        "paths and links that lead out are refused",
        arguments: [
            ("/etc/passwd", TarEntry.Kind.file), ("../x", .file), ("a/../../x", .file), ("a/..", .folder),
            ("a", .symbolicLink(to: "../x")), ("a/b", .symbolicLink(to: "../../x")), ("a", .hardLink(to: "/etc/passwd")),
            ("a", .hardLink(to: "../x")), ("a/b/c", .symbolicLink(to: "x/../../../../y")),
        ])
    func leadingOut(path: String, kind: TarEntry.Kind) {
        let error = #expect(throws: OCIError.self) {
            let inside = try TarPath.inside(path, at: "base.tar")
            try TarPath.checkLink(kind, of: inside, at: "base.tar")
        }
        #expect(error?.code == .badArchive && error?.place == "base.tar")
    }

    @Test("paths and links that stay inside are taken", arguments: ["a", "./a/b", "a//b", "..a/b", "a/...", "./"])
    func stayingInside(path: String) throws {
        let inside = try TarPath.inside(path, at: "")
        try TarPath.checkLink(.symbolicLink(to: "/etc/alternatives/awk"), of: inside, at: "")
        try TarPath.checkLink(.symbolicLink(to: "../x"), of: "a/b", at: "")
    }

    @Test("damaged archives are told as such")
    func damaged() throws {
        let whole = Self.archive(Self.entries)
        var wrongSum = whole
        wrongSum[0] ^= 1
        var absurd = whole
        absurd.replaceSubrange(124..<136, with: [0xFF] + [UInt8](repeating: 0xFF, count: 11))
        for bytes in [wrongSum, absurd, Array(whole.prefix(700)), Array(whole.prefix(612)), Array("no archive at all".utf8)] {
            let error = #expect(throws: OCIError.self) { try Self.read(bytes) }
            #expect(error?.code == .badArchive)
        }
    }

    @Test("no change of an archive's bytes makes the reader crash, hang, or hold more than it was given")
    func fuzzed() throws {
        var generator = SystemRandomNumberGenerator()
        let whole = Self.archive(Self.entries)
        for _ in 0..<3000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] = UInt8.random(in: 0...255, using: &generator)
            }
            // A header whose sum is right again gets further.
            for start in stride(from: 0, to: bytes.count - 512, by: 512)
            where bytes[start + 257] == UInt8(ascii: "u") && Bool.random() {
                bytes.replaceSubrange(start + 148..<start + 156, with: Array("        ".utf8))
                let sum = bytes[start..<start + 512].reduce(0) { $0 + Int($1) }
                let text = String(sum, radix: 8)
                bytes.replaceSubrange(start + 148..<start + 148 + text.utf8.count, with: text.utf8)
            }
            bytes.removeLast(Int.random(in: 0...1024, using: &generator))
            let found = (try? Self.read(bytes)) ?? []
            #expect(found.reduce(0) { $0 + $1.1.count } <= bytes.count)
        }
    }
}
